"""``/api/ai/…``: the AI in OpenAI's own protocol."""

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from npcs import serializers as shapes
from npcs.gateway import AiRequestRefused, AiUnavailable
from npcs.services.proxy import Wish, model_status, proxy_answer, proxy_stream
from npcs.views.base import AsyncAPIView, ProxyThrottle
from tommy.core import clock
from tommy.core.http.schema import refuses
from tommy.core.threads import request_threads

EVENT_STREAM = "text/event-stream"


class AiChatView(AsyncAPIView):
    throttle_classes = (ProxyThrottle,)

    @extend_schema(
        operation_id="ai_chat",
        parameters=[shapes.StrictQuery],
        request=shapes.ChatInput,
        responses={
            (200, "application/json"): shapes.ChatAnswer,
            (200, EVENT_STREAM): OpenApiResponse(str, description="With `stream: true`: server-sent events."),
        },
    )
    @refuses(AiUnavailable, AiRequestRefused)
    async def post(self, request: Request) -> HttpResponseBase:
        """Ask the AI. Where it gives no answer, the offline writer does, marked `fallback: true`."""
        wish = await request_threads().run(_wish_of, request)
        if not wish.body["stream"]:
            return Response(await proxy_answer(wish))
        response = StreamingHttpResponse(await proxy_stream(wish), content_type=EVENT_STREAM)
        # A proxy in front must not collect what is meant to arrive word by word.
        response["Cache-Control"], response["X-Accel-Buffering"] = "no-cache", "no"
        return response


class AiModelView(AsyncAPIView):
    @extend_schema(operation_id="ai_model", responses=shapes.ModelStatus)
    async def get(self, request: Request) -> Response:
        """Which model answers, and whether anybody does."""
        return Response(await model_status())


def _wish_of(request: Request) -> Wish:
    form, query = shapes.ChatInput(data=request.data), shapes.StrictQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    form.is_valid(raise_exception=True)
    return Wish(request.user.pk, form.validated_data, query.validated_data["strict"], clock.now())
