"""``/api/game/save``, ``/api/game/saves`` and ``/api/game/load``."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.selectors import games, saves
from hackathon.serializers import saves as shapes
from hackathon.serializers.games import GameState
from hackathon.services import saves as services
from hackathon.views.base import ListingViewSet, chosen_hackathon, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses


class SaveViewSet(ListingViewSet):
    @extend_schema(operation_id="game_saves", responses=shapes.SaveShape(many=True))
    def list(self, request: Request) -> Response:
        """What the player has put aside, and what was saved by itself, newest first."""
        return self.paged(saves.saves_of(user_id_of(request)), saves.save_view)

    @extend_schema(operation_id="game_save", request=shapes.SaveInput, responses={200: shapes.SaveAnswer})
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    @idempotent
    def create(self, request: Request) -> Response:
        """Put the game aside as it stands."""
        form = shapes.SaveInput(data=request.data)
        form.is_valid(raise_exception=True)
        save = services.game_save(
            user_id=user_id_of(request),
            hackathon_id=chosen_hackathon(request, form.validated_data.get("hackathon_id")).pk,
            name=form.validated_data.get("name", ""),
            now=clock.now(),
        )
        return Response({"success": True, "save_id": save.pk, "tick": save.tick})

    @extend_schema(operation_id="game_load", request=shapes.LoadInput, responses=GameState)
    @refuses(errors.SaveNotFound, errors.TooManyHackathons)
    @idempotent
    def load(self, request: Request) -> Response:
        """Take a game up again where it was saved; it goes on ticking from there."""
        form = shapes.LoadInput(data=request.data)
        form.is_valid(raise_exception=True)
        hackathon = services.game_load(
            user_id=user_id_of(request), save_id=form.validated_data["save_id"], now=clock.now()
        )
        return Response(games.game_state(hackathon))
