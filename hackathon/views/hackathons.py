"""``/api/hackathons``, participants, and the market of beds."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import catalogue, errors
from hackathon.selectors import games, housing, people
from hackathon.serializers import games as game_shapes
from hackathon.serializers import people as shapes
from hackathon.services import games as game_services
from hackathon.services import people as services
from hackathon.views.base import ListingViewSet, hackathon_of_path, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

HACKATHON_ID = OpenApiParameter("hackathon_id", str, OpenApiParameter.PATH, description="An id, or `current`.")
PARTICIPANT_ID = OpenApiParameter("participant_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class HackathonViewSet(ListingViewSet):
    """The player's hackathons: each is a run of the game."""

    @extend_schema(operation_id="hackathons_list", responses=game_shapes.HackathonSummary(many=True))
    def list(self, request: Request) -> Response:
        rules = catalogue.rules()
        return self.paged(games.hackathons_of(user_id_of(request)), lambda row: games.summary(row, rules))

    @extend_schema(
        operation_id="hackathons_create", request=shapes.HackathonInput, responses={201: game_shapes.HackathonSummary}
    )
    @refuses(errors.TooManyHackathons)
    @idempotent
    def create(self, request: Request) -> Response:
        """Begin a further run beside those under way."""
        form = shapes.HackathonInput(data=request.data)
        form.is_valid(raise_exception=True)
        hackathon = game_services.hackathon_create(
            user_id=user_id_of(request), now=clock.now(), name=form.validated_data["name"]
        )
        return Response(games.summary(hackathon, catalogue.rules()), status=201)

    @extend_schema(operation_id="hackathons_read", parameters=[HACKATHON_ID], responses=game_shapes.HackathonSummary)
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def retrieve(self, request: Request, hackathon_id: str) -> Response:
        return Response(games.summary(hackathon_of_path(request, hackathon_id), catalogue.rules()))

    @extend_schema(
        operation_id="hackathons_update",
        parameters=[HACKATHON_ID],
        request=shapes.HackathonInput,
        responses=game_shapes.HackathonSummary,
    )
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def update(self, request: Request, hackathon_id: str) -> Response:
        """Rename a hackathon."""
        form = shapes.HackathonInput(data=request.data)
        form.is_valid(raise_exception=True)
        hackathon = game_services.hackathon_rename(
            user_id=user_id_of(request),
            hackathon_id=hackathon_of_path(request, hackathon_id).pk,
            name=form.validated_data["name"],
        )
        return Response(games.summary(hackathon, catalogue.rules()))


@extend_schema(parameters=[HACKATHON_ID])
class HackathonParticipantViewSet(ListingViewSet):
    @extend_schema(operation_id="hackathon_participants_list", responses=shapes.ParticipantShape(many=True))
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def list(self, request: Request, hackathon_id: str) -> Response:
        hackathon = hackathon_of_path(request, hackathon_id)
        return self.paged(people.participants_of(hackathon), people.participant_view)

    @extend_schema(
        operation_id="hackathon_participants_create",
        request=shapes.ParticipantInput,
        responses={201: shapes.ParticipantCreated},
    )
    @refuses(
        errors.HackathonNotFound,
        errors.NotYourHackathon,
        errors.TooManyParticipants,
        errors.GameOver,
        errors.GamePaused,
    )
    @idempotent
    def create(self, request: Request, hackathon_id: str) -> Response:
        """Let somebody in; from then on they work, ask and complain like the others."""
        form = shapes.ParticipantInput(data=request.data)
        form.is_valid(raise_exception=True)
        participant = services.participant_create(
            user_id=user_id_of(request),
            hackathon_id=hackathon_of_path(request, hackathon_id).pk,
            now=clock.now(),
            **form.validated_data,
        )
        view = people.participant_view(participant)
        return Response({"participant_id": participant.pk, "participant": view}, status=201)


@extend_schema(parameters=[PARTICIPANT_ID])
class ParticipantViewSet(ListingViewSet):
    @extend_schema(operation_id="participants_read", responses=shapes.ParticipantShape)
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def retrieve(self, request: Request, participant_id: int) -> Response:
        participant = people.participant_get(user_id=user_id_of(request), participant_id=participant_id)
        return Response(people.participant_view(participant))

    @extend_schema(
        operation_id="participants_update", request=shapes.ParticipantUpdate, responses=shapes.ParticipantShape
    )
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def update(self, request: Request, participant_id: int) -> Response:
        """Correct who somebody is; how they are doing is the game's."""
        return self._update(request, participant_id, partial=False)

    @extend_schema(
        operation_id="participants_partial_update",
        request=shapes.ParticipantUpdate(partial=True),
        responses=shapes.ParticipantShape,
    )
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def partial_update(self, request: Request, participant_id: int) -> Response:
        return self._update(request, participant_id, partial=True)

    def _update(self, request: Request, participant_id: int, *, partial: bool) -> Response:
        form = shapes.ParticipantUpdate(data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        participant = services.participant_update(
            user_id=user_id_of(request), participant_id=participant_id, changes=form.validated_data
        )
        return Response(people.participant_view(participant))

    @extend_schema(operation_id="participants_delete", responses={204: None})
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def destroy(self, request: Request, participant_id: int) -> Response:
        """Send somebody home: their bed is free, their requests are withdrawn."""
        services.participant_remove(user_id=user_id_of(request), participant_id=participant_id, now=clock.now())
        return Response(status=204)

    @extend_schema(operation_id="participant_commits", responses=shapes.CommitShape(many=True))
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def commits(self, request: Request, participant_id: int) -> Response:
        participant = people.participant_get(user_id=user_id_of(request), participant_id=participant_id)
        return self.paged(people.commits_of(participant), lambda row: shapes.CommitShape(row).data)

    @extend_schema(operation_id="participant_devlogs", responses=shapes.DevlogShape(many=True))
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def devlogs(self, request: Request, participant_id: int) -> Response:
        participant = people.participant_get(user_id=user_id_of(request), participant_id=participant_id)
        return self.paged(people.devlogs_of(participant), lambda row: shapes.DevlogShape(row).data)

    @extend_schema(
        operation_id="participant_devlogs_create", request=shapes.DevlogInput, responses={201: shapes.DevlogCreated}
    )
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant, errors.ParticipantGone)
    @idempotent
    def create_devlog(self, request: Request, participant_id: int) -> Response:
        """A devlog in a participant's name; it counts like one they wrote themselves."""
        form = shapes.DevlogInput(data=request.data)
        form.is_valid(raise_exception=True)
        devlog = services.devlog_create(
            user_id=user_id_of(request),
            participant_id=participant_id,
            text=form.validated_data["text"],
            now=clock.now(),
        )
        return Response({"devlog_id": devlog.pk, "devlog": shapes.DevlogShape(devlog).data}, status=201)


class HousingListingViewSet(ListingViewSet):
    @extend_schema(operation_id="housing_listings", responses=shapes.ListingShape(many=True))
    def list(self, request: Request) -> Response:
        """The market that all players share, cheapest bed first."""
        return self.paged(housing.listings_open(), housing.listing_view)

    ordering = ("price_cents", "id")
