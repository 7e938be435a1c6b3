"""``/api/ai/…``: the AI in OpenAI's own protocol."""

from functools import partial

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from npcs import serializers as shapes
from npcs.gateway import AiRequestRefused, AiUnavailable
from npcs.services.proxy import Asked, Wish, model_status, proxy_answer, proxy_begin, proxy_settle, proxy_stream
from npcs.views.base import ProxyThrottle, WaitingAPIView
from tommy.core import clock
from tommy.core.http.schema import refuses
from tommy.core.http.waiting import answered

EVENT_STREAM = "text/event-stream"


class AiChatView(WaitingAPIView):
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
    def post(self, request: Request) -> HttpResponseBase:
        """Ask the AI. Where it gives no answer, the offline writer does, marked `fallback: true`."""
        wish = _wish_of(request)
        asked = proxy_begin(wish)
        response = self.wait(partial(_streamed if wish.body["stream"] else _whole, asked))
        answered(response, lambda _: proxy_settle(asked))
        return response


class AiModelView(WaitingAPIView):
    @extend_schema(operation_id="ai_model", responses=shapes.ModelStatus)
    def get(self, request: Request) -> HttpResponseBase:
        """Which model answers, and whether anybody does."""
        return self.wait(_status)


async def _whole(asked: Asked) -> HttpResponse:
    return HttpResponse(orjson.dumps(await proxy_answer(asked)), content_type="application/json")


async def _streamed(asked: Asked) -> StreamingHttpResponse:
    response = StreamingHttpResponse(await proxy_stream(asked), content_type=EVENT_STREAM)
    # A proxy in front must not collect what is meant to arrive word by word.
    response["Cache-Control"], response["X-Accel-Buffering"] = "no-cache", "no"
    return response


async def _status() -> Response:
    return Response(await model_status())


def _wish_of(request: Request) -> Wish:
    query, body = (
        shapes.strict_query().run_validation(request.query_params),
        shapes.chat_input().run_validation(request.data),
    )
    return Wish(request.user.pk, body, query["strict"], clock.now())
