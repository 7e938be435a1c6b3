"""``/api/projects``: what participants build, and how it leaves."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.selectors import projects as selectors
from hackathon.serializers import projects as shapes
from hackathon.services import project_files as files
from hackathon.services import projects as services
from hackathon.views.base import ListingViewSet, ViewSet, chosen_hackathon, user_id_of
from tommy.core import clock
from tommy.core.errors import StorageFull
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

PROJECT_ID = OpenApiParameter("project_id", OpenApiTypes.INT, OpenApiParameter.PATH)
UNKNOWN = (errors.ProjectNotFound, errors.NotYourProject)


class ProjectListViewSet(ListingViewSet):
    @extend_schema(operation_id="projects_list", responses=shapes.ProjectShape(many=True))
    def list(self, request: Request) -> Response:
        """The projects of the current hackathon."""
        return self.paged(selectors.projects_of(chosen_hackathon(request)), selectors.project_view)

    @extend_schema(operation_id="projects_create", request=shapes.ProjectInput, responses={201: shapes.ProjectShape})
    @refuses(
        errors.ParticipantNotFound,
        errors.NotYourParticipant,
        errors.ParticipantGone,
        errors.ProjectExists,
        errors.GameOver,
        errors.GamePaused,
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Describe what a participant builds; one project each."""
        form = shapes.ProjectInput(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        project = services.project_create(
            user_id=user_id_of(request), participant_id=fields.pop("participant_id"), fields=fields, now=clock.now()
        )
        return Response(selectors.project_view(project), status=201)


@extend_schema(parameters=[PROJECT_ID])
class ProjectFileViewSet(ViewSet):
    parser_classes = [MultiPartParser]
    slow = frozenset({"POST"})  # a picture is decoded and encoded anew

    @extend_schema(
        operation_id="projects_files_create",
        request={"multipart/form-data": shapes.FileInput},
        responses={201: shapes.ProjectFileShape},
    )
    @refuses(
        *UNKNOWN,
        errors.TooManyFiles,
        errors.UnknownProjectFileType,
        errors.UnsafeFile,
        errors.FileTooLarge,
        errors.UnreadableFile,
        StorageFull,
    )
    @idempotent
    def create(self, request: Request, project_id: int) -> Response:
        """Hand in a file with a project, as `file` of a form; the same content twice is kept once."""
        form = shapes.FileInput(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data["file"]
        file = files.project_file_add(
            user_id=user_id_of(request),
            project_id=project_id,
            content=sent.read(),
            file_name=sent.name,
            now=clock.now(),
        )
        return Response(selectors.project_file_view(file), status=201)


@extend_schema(parameters=[PROJECT_ID])
class ProjectViewSet(ListingViewSet):
    @extend_schema(operation_id="projects_read", responses=shapes.ProjectShape)
    @refuses(*UNKNOWN)
    def retrieve(self, request: Request, project_id: int) -> Response:
        project = selectors.project_get(user_id=user_id_of(request), project_id=project_id)
        return Response(selectors.project_view(project))

    @extend_schema(
        operation_id="projects_update", request=shapes.ProjectUpdate(partial=True), responses=shapes.ProjectShape
    )
    @refuses(*UNKNOWN)
    def update(self, request: Request, project_id: int) -> Response:
        """Change the description; what is not sent stays."""
        form = shapes.ProjectUpdate(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        project = services.project_update(
            user_id=user_id_of(request), project_id=project_id, fields=form.validated_data, now=clock.now()
        )
        return Response(selectors.project_view(project))

    @extend_schema(operation_id="projects_delete", responses={204: None})
    @refuses(*UNKNOWN)
    def destroy(self, request: Request, project_id: int) -> Response:
        """Forget the description; work and parcels stay."""
        services.project_delete(user_id=user_id_of(request), project_id=project_id)
        return Response(status=204)

    @extend_schema(operation_id="projects_shipping", responses=shapes.ShippingShape)
    @refuses(*UNKNOWN)
    def shipping(self, request: Request, project_id: int) -> Response:
        """Where the parcels are."""
        project = selectors.project_get(user_id=user_id_of(request), project_id=project_id)
        return Response(selectors.shipping_view(project))

    @extend_schema(operation_id="projects_ship", request=shapes.ShipInput, responses=shapes.ShippingShape)
    @refuses(
        *UNKNOWN,
        errors.NothingToShip,
        errors.FirstNotDelivered,
        errors.AlreadyShipped,
        errors.NotThisPhase,
        errors.ParticipantGone,
        errors.NotEnoughAp,
        errors.GameOver,
        errors.GamePaused,
    )
    @idempotent
    def ship(self, request: Request, project_id: int) -> Response:
        """Ship a finished phase, or send a lost parcel again: the action ``ship``, aimed at the participant."""
        form = shapes.ShipInput(data=request.data)
        form.is_valid(raise_exception=True)
        project = services.project_ship(
            user_id=user_id_of(request),
            project_id=project_id,
            phase=form.validated_data.get("phase"),
            now=clock.now(),
        )
        return Response(selectors.shipping_view(project))
