"""``/api/world``: open to everybody, for the front page and for curious front ends."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hackathon.selectors.worlds import world_pulse
from hackathon.serializers.games import Shape
from hackathon.throttling import PlayerThrottle
from tommy.core import clock


class WorldPulse(Shape):
    tick = serializers.IntegerField()
    age_seconds = serializers.IntegerField(help_text="Since the last tick.")
    paused = serializers.BooleanField()
    running = serializers.IntegerField(help_text="Hackathons under way.")


class WorldView(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = (PlayerThrottle,)

    @extend_schema(operation_id="world", responses=WorldPulse, auth=[])
    def get(self, request: Request) -> Response:
        """The heartbeat."""
        return Response(world_pulse(clock.now()))
