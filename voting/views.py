"""REST: rooms, rounds, results. Sockets carry the same commands; see ``commands.py``."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_orjson_renderer.renderers import ORJSONRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import account_of
from accounts.throttling import address_of
from tommy.core import audit, clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.problems import MEDIA_TYPE
from tommy.core.http.schema import refuses
from voting import catalogue, errors, payloads, selectors, serializers, services
from voting.renderers import ResultsCSVRenderer
from voting.rules import normalise_code
from voting.throttling import code_guess

CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="The room's code, in any case.")
MAY_REFUSE = (errors.RoomNotFound, errors.TooManyGuesses)


class VotingViewSet(viewsets.ViewSet):
    """What the views of this app share."""

    @contextmanager
    def looking_up(self, request: Request, code: str, now: datetime) -> Iterator[None]:
        """Around a call that takes a room's code: misses are counted, and who acts on the room counts as present."""
        user = account_of(request)
        with code_guess(user.pk, address_of(request), now):
            yield
        self.note_presence(request, normalise_code(code), now)

    @staticmethod
    def note_presence(request: Request, code: str, now: datetime) -> None:
        """Who acts on a room is there. That is no act of its own, and leaves no row in the audit log."""
        with audit.unasked():
            services.presence_renew(pairs=[(code, account_of(request).pk)], now=now, by_socket=False)


class RoomViewSet(VotingViewSet):
    """Rooms: open, join, look, leave."""

    @extend_schema(
        operation_id="rooms_create",
        request=serializers.RoomSettingsSerializer,
        responses={201: serializers.RoomSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        form, user = serializers.RoomSettingsSerializer(data=request.data), account_of(request)
        form.is_valid(raise_exception=True)
        room = services.room_create(
            user_id=user.pk, username=user.username, settings=form.validated_data, now=clock.now()
        )
        return Response(payloads.room_line(room), status=201)

    @extend_schema(operation_id="rooms_join", request=serializers.JoinSerializer, responses=serializers.RoomSerializer)
    @refuses(*MAY_REFUSE, errors.RoomFull, errors.GameStarted, errors.Kicked)
    @idempotent
    def join(self, request: Request) -> Response:
        form, user, now = serializers.JoinSerializer(data=request.data), account_of(request), clock.now()
        form.is_valid(raise_exception=True)
        code, spectate = form.validated_data["code"], form.validated_data["as_spectator"]
        with code_guess(user.pk, address_of(request), now):
            entry = services.room_join(code=code, user_id=user.pk, username=user.username, spectate=spectate, now=now)
        return Response(payloads.room_line(entry.room))

    @extend_schema(operation_id="rooms_read", parameters=[CODE], responses=serializers.RoomDetailsSerializer)
    @refuses(*MAY_REFUSE)
    def retrieve(self, request: Request, code: str) -> Response:
        now = clock.now()
        with self.looking_up(request, code, now):
            return Response(selectors.room_details(code, account_of(request).pk, now))

    @extend_schema(operation_id="rooms_leave", parameters=[CODE], responses={200: serializers.RoomMessageSerializer})
    @refuses(*MAY_REFUSE, errors.NotInRoom)
    def leave(self, request: Request, code: str) -> Response:
        now = clock.now()
        with self.looking_up(request, code, now):
            room = services.room_leave(code=code, user_id=account_of(request).pk, now=now)
        return Response({"message": "You have left the room.", "room_code": room.code})

    @extend_schema(
        operation_id="rooms_kick",
        parameters=[CODE],
        request=serializers.KickSerializer,
        responses=serializers.RoomMessageSerializer,
    )
    @refuses(*MAY_REFUSE, errors.HostOnly, errors.PlayerNotFound, errors.CannotKickYourself)
    def kick(self, request: Request, code: str) -> Response:
        form, now = serializers.KickSerializer(data=request.data), clock.now()
        form.is_valid(raise_exception=True)
        target = form.validated_data["user_id"]
        with self.looking_up(request, code, now):
            room = services.player_kick(code=code, user_id=account_of(request).pk, target_id=target, now=now)
        return Response({"message": "The player has been removed.", "room_code": room.code})


class ResultsViewSet(VotingViewSet):
    """What a game came to."""

    renderer_classes = [ORJSONRenderer, ResultsCSVRenderer]

    @extend_schema(
        operation_id="rooms_results",
        parameters=[
            CODE,
            OpenApiParameter("game", int, description="Which game of the room; the newest by default."),
            OpenApiParameter("format", str, enum=["json", "csv"], description="json by default."),
        ],
        responses={
            (200, "application/json"): serializers.ResultsSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    @refuses(*MAY_REFUSE, errors.NotInRoom)
    def retrieve(self, request: Request, code: str) -> Response:
        query, now = serializers.ResultsQuery(data=request.query_params), clock.now()
        query.is_valid(raise_exception=True)
        with self.looking_up(request, code, now):
            body = selectors.results(code, account_of(request).pk, query.validated_data.get("game"))
        return Response(body)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """``?format=csv`` is for links, which cannot send an ``Accept`` header."""
        if request.query_params.get("format") == ResultsCSVRenderer.format:
            return ResultsCSVRenderer(), ResultsCSVRenderer.media_type
        return super().perform_content_negotiation(request, force)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """A refusal is a problem document, whatever was asked for."""
        super().finalize_response(request, response, *args, **kwargs)
        if response.content_type == MEDIA_TYPE:
            response.accepted_renderer, response.accepted_media_type = ORJSONRenderer(), "application/json"
        return response


class GameViewSet(VotingViewSet):
    """A room's game: start, who leads, again."""

    @extend_schema(
        operation_id="voting_start", parameters=[CODE], request=None, responses=serializers.GameStartedSerializer
    )
    @refuses(*MAY_REFUSE, errors.HostOnly, errors.GameStarted, errors.TooFewPlayers)
    @idempotent
    def start(self, request: Request, code: str) -> Response:
        now = clock.now()
        with code_guess(account_of(request).pk, address_of(request), now):
            room = services.game_start(code=code, user_id=account_of(request).pk, now=now)
        body = {"message": "The game has started.", "room_code": room.code, "round_id": str(room.round_id)}
        return Response(body)

    @extend_schema(operation_id="voting_leaderboard", parameters=[CODE], responses=serializers.LeaderboardSerializer)
    @refuses(*MAY_REFUSE, errors.NotInRoom)
    def leaderboard(self, request: Request, code: str) -> Response:
        with self.looking_up(request, code, clock.now()):
            return Response({"scores": payloads.scores(selectors.leaderboard(code, account_of(request).pk))})

    @extend_schema(operation_id="voting_rematch", parameters=[CODE], request=None, responses=serializers.RoomSerializer)
    @refuses(*MAY_REFUSE, errors.HostOnly, errors.GameNotOver)
    @idempotent
    def rematch(self, request: Request, code: str) -> Response:
        now = clock.now()
        with code_guess(account_of(request).pk, address_of(request), now):
            room = services.game_rematch(code=code, user_id=account_of(request).pk, now=now)
        return Response(payloads.room_line(room))


class RoundViewSet(VotingViewSet):
    """A round: answer, read, vote."""

    @extend_schema(
        operation_id="rounds_answer",
        request=serializers.AnswerContentSerializer,
        responses={201: serializers.ShownAnswerSerializer},
    )
    @refuses(errors.RoundNotFound, errors.NotSeated, errors.WrongPhase, errors.PhaseOver, errors.AlreadyAnswered)
    @idempotent
    def answer(self, request: Request, round_id: UUID) -> Response:
        form, now = serializers.AnswerContentSerializer(data=request.data), clock.now()
        form.is_valid(raise_exception=True)
        answer = services.answer_submit(
            round_id=round_id, user_id=account_of(request).pk, content=form.validated_data["content"], now=now
        )
        self.note_presence(request, answer.room.code, now)
        body = {"id": str(answer.pk), "content": answer.content, "vote_count": 0, "is_own_answer": True}
        return Response(body, status=201)

    @extend_schema(operation_id="rounds_answers", responses=serializers.ShownAnswerSerializer(many=True))
    @refuses(errors.RoundNotFound, errors.NotInRoom)
    def answers(self, request: Request, round_id: UUID) -> Response:
        """While answering only one's own; then all, without authors until the round is over."""
        return Response(selectors.answers_of_round(round_id, account_of(request).pk))

    @extend_schema(
        operation_id="rounds_vote",
        request=serializers.VoteSerializer,
        responses={201: serializers.VoteCastSerializer},
    )
    @refuses(
        errors.RoundNotFound,
        errors.NotSeated,
        errors.WrongPhase,
        errors.PhaseOver,
        errors.AlreadyVoted,
        errors.AnswerNotFound,
        errors.OwnAnswer,
    )
    @idempotent
    def vote(self, request: Request, round_id: UUID) -> Response:
        form, now = serializers.VoteSerializer(data=request.data), clock.now()
        form.is_valid(raise_exception=True)
        vote = services.vote_submit(
            round_id=round_id, user_id=account_of(request).pk, answer_id=form.validated_data["answer_id"], now=now
        )
        self.note_presence(request, vote.room.code, now)
        return Response({"message": "Your vote counts.", "vote_id": str(vote.pk)}, status=201)


class PackViewSet(viewsets.ViewSet):
    """Packs of questions that a room can be opened with."""

    @extend_schema(operation_id="voting_packs", responses=serializers.PackSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(
            [
                {"name": name, **pack.model_dump(), "question_count": len(catalogue.pool(name))}
                for name, pack in catalogue.questions().packs.items()
            ]
        )
