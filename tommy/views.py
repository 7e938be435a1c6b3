"""Operations: is it alive, is it ready, what does it count, and one page that says what runs here."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hackathon.selectors.worlds import world_pulse
from tommy import asyncapi
from tommy.core import clock, health
from tommy.core.http.problems import MEDIA_TYPE, problem


class PublicView(APIView):
    """Open to whoever can reach the port; nginx keeps ``/metrics`` inside (docs/operations.md)."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


@extend_schema(exclude=True)
class HealthView(PublicView):
    """Alive: this process answers. Says nothing about what it depends on."""

    def get(self, request: Request) -> Response:
        return Response({"status": "ok", "version": settings.VERSION})


@extend_schema(exclude=True)
class ReadyView(PublicView):
    """Ready: database, broker, channel layer and the world's clock; 503 with the reason in words."""

    slow = True

    def get(self, request: Request) -> Response:
        complaints = health.readiness()
        wrong = {name: complaint for name, complaint in complaints.items() if complaint}
        if not wrong:
            return Response({"status": "ready", "checks": dict.fromkeys(complaints, "ok")})
        body = problem(503, "not_ready", f"Not ready: {'; '.join(wrong.values())}.", checks=wrong)
        response = Response(body, status=503, headers={"Retry-After": "5"})
        response.content_type = MEDIA_TYPE
        return response


@extend_schema(exclude=True)
class MetricsView(PublicView):
    """Prometheus text format."""

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@extend_schema(exclude=True)
class AsyncApiView(PublicView):
    """The sockets' own document, AsyncAPI 3."""

    def get(self, request: Request) -> Response:
        return Response(asyncapi.document())


class IndexView(TemplateView):
    """One plain page: what runs here, the live tick, and where everything is."""

    template_name = "tommy/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(version=settings.VERSION, pulse=world_pulse(clock.now()), **kwargs)
