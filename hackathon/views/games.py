"""``/api/game/…``: the player's current game."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.selectors import games, records
from hackathon.serializers import games as shapes
from hackathon.services import games as services
from hackathon.views.base import ListingViewSet, ViewSet, chosen_hackathon, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

RANDOM_EVENT_REFUSALS = (
    errors.UnknownIncidentType,
    errors.GameOver,
    errors.GamePaused,
    errors.TooManyIncidents,
)


class GameViewSet(ViewSet):
    """One game at a time: the newest under way, unless ``hackathon_id`` names another."""

    @extend_schema(operation_id="game_state", responses=shapes.GameState)
    def state(self, request: Request) -> Response:
        """The whole picture: numbers, open incidents, what waits for a decision."""
        return Response(games.game_state(chosen_hackathon(request)))

    @extend_schema(operation_id="game_action", request=shapes.ActionInput, responses=shapes.ActionAnswer)
    @refuses(*errors.ACTION_REFUSALS)
    @idempotent
    def perform(self, request: Request) -> Response:
        """Do something. Ids are those of the other endpoints; what it costs and takes, GET /api/game/actions tells."""
        form = shapes.ActionInput(data=request.data)
        form.is_valid(raise_exception=True)
        data: dict[str, Any] = form.validated_data
        result = services.action_perform(
            user_id=user_id_of(request),
            hackathon_id=chosen_hackathon(request, data.get("hackathon_id")).pk,
            action_type=data["action_type"],
            target_id=data.get("target_id"),
            parameters=data.get("parameters"),
            now=clock.now(),
        )
        answer = {"success": True, "action": result.action, "hackathon_id": result.hackathon_id}
        return Response({**answer, "effects": result.effects, "facts": result.facts, "message": result.message})

    @extend_schema(operation_id="game_actions", responses=shapes.ActionKind(many=True))
    def actions(self, request: Request) -> Response:
        """All types of action: parameters, cost, and whether each is possible now."""
        return Response(services.actions_possible(hackathon=chosen_hackathon(request)))

    @extend_schema(operation_id="game_new", request=shapes.NewGameInput, responses={201: shapes.GameState})
    @idempotent
    def new(self, request: Request) -> Response:
        """A fresh run. The old one ends as it stands and stays on the leaderboard."""
        form = shapes.NewGameInput(data=request.data)
        form.is_valid(raise_exception=True)
        hackathon = services.hackathon_create(
            user_id=user_id_of(request), now=clock.now(), give_up_running=True, **form.validated_data
        )
        return Response(games.game_state(hackathon), status=201)

    @extend_schema(
        operation_id="game_random_event",
        parameters=[OpenApiParameter("event_type", str, description="Drawn by the weights by default.")],
        responses=shapes.GameEventShape,
    )
    @refuses(*RANDOM_EVENT_REFUSALS)
    def random_event(self, request: Request) -> Response:
        """Trigger an incident in one's own game, at once; the seed document has it as a GET."""
        return self._trigger(request, request.query_params)

    @extend_schema(
        operation_id="game_random_event_post", request=shapes.RandomEventInput, responses=shapes.GameEventShape
    )
    @refuses(*RANDOM_EVENT_REFUSALS)
    def trigger_event(self, request: Request) -> Response:
        """Trigger an incident in one's own game, at once."""
        return self._trigger(request, request.data)

    def _trigger(self, request: Request, data: Any) -> Response:
        form = shapes.RandomEventInput(data=data)
        form.is_valid(raise_exception=True)
        hackathon = chosen_hackathon(request)
        incident_id = services.incident_trigger(
            user_id=user_id_of(request),
            hackathon_id=hackathon.pk,
            incident_type=form.validated_data.get("event_type"),
            now=clock.now(),
        )
        return Response(games.incident_get(incident_id=incident_id))


@extend_schema(parameters=[shapes.LogQuery])
class LogViewSet(ListingViewSet):
    @extend_schema(operation_id="game_logs", responses=shapes.LogLine(many=True))
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def list(self, request: Request) -> Response:
        """The log of everything: actions, events, effects, and an account of every tick by cause."""
        form = shapes.LogQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        query = form.validated_data
        entries = records.log_of(
            chosen_hackathon(request, query.get("hackathon")),
            types=query.get("type", []),
            since=query.get("since"),
            until=query.get("until"),
        )
        return self.paged(entries, records.log_view)


class LeaderboardViewSet(ViewSet):
    @extend_schema(
        parameters=[shapes.LeaderboardQuery],
        responses=shapes.LeaderboardRow(many=True),
    )
    def list(self, request: Request) -> Response:
        """Players by their best game; your own row stands last where you are further down."""
        form = shapes.LeaderboardQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        since = services.season_start(clock.now()) if form.validated_data["scope"] == "season" else None
        rows = records.leaderboard(user_id=user_id_of(request), since=since, limit=form.validated_data["limit"])
        return Response(rows)
