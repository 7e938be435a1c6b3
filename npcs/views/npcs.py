"""``/api/npcs`` and ``/api/npc/…``: characters, talks with them, what they remember; and their portraits."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from npcs import catalogue, selectors, services
from npcs import serializers as shapes
from npcs.errors import EmptyMessage, NpcNotFound
from npcs.gateway import is_enabled
from npcs.rules.avatars import avatar
from npcs.views.base import ChatThrottle, WaitingAPIView
from tommy.core import clock
from tommy.core.http.idempotency import idempotent, is_repeat
from tommy.core.http.problems import problem_response
from tommy.core.http.schema import refuses
from tommy.core.threads import request_threads

NPC_ID = OpenApiParameter("npc_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="A character's `id`.")


class NpcListView(APIView):
    @extend_schema(operation_id="npcs_list", responses=shapes.NpcShape(many=True))
    def get(self, request: Request) -> Response:
        """All characters, in the moods they are in towards you."""
        return Response(selectors.npcs_for(request.user.pk, clock.now()))


class NpcChatView(WaitingAPIView):
    throttle_classes = (ChatThrottle,)

    @extend_schema(
        operation_id="npc_chat", parameters=[NPC_ID], request=shapes.TalkInput, responses={201: shapes.TalkAnswer}
    )
    @refuses(NpcNotFound, EmptyMessage)
    def post(self, request: Request, npc_id: str) -> HttpResponseBase:
        """Say something. Answers within five seconds, AI or not; what was said is remembered, and may have effects."""
        talk = self.prepare(request, npc_id)
        if is_repeat(request) or not is_enabled():
            return self.record(request, talk, None)
        return self.wait(partial(self.answer, request, talk))

    async def answer(self, request: Request, talk: services.Talk) -> Response:
        words = await services.talk_answer(talk)
        return await request_threads().run_db(self.record, request, talk, words)

    def prepare(self, request: Request, npc_id: str) -> services.Talk:
        form = shapes.TalkInput(data=request.data)
        form.is_valid(raise_exception=True)
        return services.talk_prepare(
            user_id=request.user.pk,
            player=request.user.username,
            npc_key=npc_id,
            message=form.validated_data["message"],
            now=clock.now(),
        )

    @idempotent
    def record(self, request: Request, talk: services.Talk, words: str | None) -> Response:
        result = services.talk_record(talk=talk, words=words, now=clock.now())
        answer = {
            "response": result.response,
            "npc_id": result.npc.key,
            "name": result.npc.name,
            "mood": result.mood,
            "mood_level": result.mood_level,
            "memory_count": result.memory_count,
            "intent": result.intent,
            "effects": dict(result.effects),
            "fallback": not result.by_ai,
        }
        return Response(answer, status=201)


# The decorator stands on ``record``, the schema looks at the handler.
NpcChatView.post.takes_idempotency_key = True  # type: ignore[attr-defined]


class NpcMemoryView(APIView):
    @extend_schema(operation_id="npc_memory", parameters=[NPC_ID], responses=shapes.MemoryShape)
    @refuses(NpcNotFound)
    def get(self, request: Request, npc_id: str) -> Response:
        """Everything that this character remembers of you."""
        npc = selectors.npc_get(npc_id)
        return Response(selectors.memory_view(request.user.pk, npc, clock.now()))

    @extend_schema(operation_id="npc_memory_delete", parameters=[NPC_ID], request=None, responses={204: None})
    @refuses(NpcNotFound)
    def delete(self, request: Request, npc_id: str) -> Response:
        """Be forgotten by this character; again is fine."""
        services.memory_forget(user_id=request.user.pk, npc_key=npc_id, now=clock.now())
        return Response(status=204)


def _avatar_tag(request: HttpRequest, npc_key: str) -> str | None:
    npc = catalogue.cast().by_key.get(npc_key)
    return f'"{npc.key}.{npc.avatar_seed}"' if npc else None


@method_decorator(etag(_avatar_tag), name="dispatch")
class AvatarView(View):
    """``/assets/npcs/<key>.svg``: public, cacheable, and inert wherever it is opened."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, npc_key: str) -> HttpResponse:
        npc = catalogue.cast().by_key.get(npc_key)
        if npc is None:
            return problem_response("not_found")
        response = HttpResponse(avatar(npc.key, npc.avatar_seed), content_type="image/svg+xml")
        headers: dict[str, Any] = {
            "Cache-Control": "public, max-age=86400",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
        }
        for name, value in headers.items():
            response[name] = value
        return response
