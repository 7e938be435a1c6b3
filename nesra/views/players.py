"""The player: profile, town, streak, statistics."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.authentication import account_of
from accounts.models import User
from nesra import errors, selectors, services
from nesra import serializers as shapes
from nesra.rules.enums import StatsRange
from nesra.views.bodies import parsed
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses


class PlayerViewSet(ViewSet):
    """The player: profile, town, streak, statistics. A first call makes hero and town."""

    @extend_schema(operation_id="nesra_profile", responses=shapes.TownProfileSerializer)
    def profile(self, request: Request) -> Response:
        """User, hero and town; a first call makes hero and town."""
        return Response(self._made(selectors.profile_of, request))

    @extend_schema(operation_id="nesra_town", responses=shapes.WorldStateSerializer)
    def town(self, request: Request) -> Response:
        """The town by itself: places, successes, streak."""
        return Response(self._made(selectors.world_of, request))

    @extend_schema(operation_id="nesra_streak", responses=shapes.StreakSerializer)
    def streak(self, request: Request) -> Response:
        """The streak as it stands at this moment, its freezes, the vacation that is on."""
        return Response(self._made(selectors.streak_of, request))

    @extend_schema(
        operation_id="nesra_vacation_start",
        request=shapes.StartVacationSerializer,
        responses={201: shapes.StreakSerializer},
    )
    @refuses(errors.OnVacation, errors.VacationTooLong)
    @idempotent
    def start_vacation(self, request: Request) -> Response:
        """Days that are not judged, today included; so many of them in any 365."""
        now, body = clock.now(), parsed(shapes.StartVacationSerializer, request)
        services.vacation_start(user_id=account_of(request).pk, days=body["days"], now=now)
        return Response(selectors.streak_of(account_of(request), now), status=201)

    @extend_schema(operation_id="nesra_vacation_end", responses={200: shapes.StreakSerializer})
    @refuses(errors.NotOnVacation)
    def end_vacation(self, request: Request) -> Response:
        """Come back early; today is still excused."""
        now = clock.now()
        services.vacation_end(user_id=account_of(request).pk, now=now)
        return Response(selectors.streak_of(account_of(request), now))

    @extend_schema(
        operation_id="nesra_stats",
        parameters=[OpenApiParameter("range", str, enum=[str(span) for span in StatsRange], default="week")],
        responses=shapes.TownStatsSerializer,
    )
    def stats(self, request: Request) -> Response:
        """Minutes and sessions by local day, room and category, ready for a chart."""
        query = shapes.TownStatsQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        span = StatsRange(query.validated_data["range"])
        return Response(selectors.stats_of(account_of(request), span, clock.now()))

    @staticmethod
    def _made(read: Callable[[User, datetime], dict[str, Any] | None], request: Request) -> dict[str, Any] | None:
        """What ``read`` finds, after making the player where it finds nothing."""
        now = clock.now()
        found = read(account_of(request), now)
        if found is None:
            services.player_ensure(user_id=account_of(request).pk, now=now)
            found = read(account_of(request), now)
        return found
