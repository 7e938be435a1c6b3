"""``/api/admin/events``: events that staff set off, now or later, for all, some or one."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.selectors.announcements import admin_event_view, admin_events
from hackathon.serializers import announcements as shapes
from hackathon.services import announcements as services
from hackathon.views.base import ListingViewSet, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

EVENT_ID = OpenApiParameter("event_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class AdminEventViewSet(ListingViewSet):
    permission_classes = [IsAdminUser]

    @extend_schema(operation_id="admin_events_list", responses=shapes.AdminEventShape(many=True))
    def list(self, request: Request) -> Response:
        """What was set off, and what waits for its time."""
        return self.paged(admin_events(), admin_event_view)

    @extend_schema(
        operation_id="admin_events_create", request=shapes.AdminEventInput, responses={201: shapes.AdminEventShape}
    )
    @refuses(errors.UnknownIncidentType)
    @idempotent
    def create(self, request: Request) -> Response:
        """Set an event off; it strikes within seconds of its time, each game once."""
        form = shapes.AdminEventInput(data=request.data)
        form.is_valid(raise_exception=True)
        event = services.event_schedule(**form.validated_data, created_by=user_id_of(request), now=clock.now())
        return Response(admin_event_view(event), status=201)

    @extend_schema(operation_id="admin_events_delete", parameters=[EVENT_ID], responses={204: None})
    @refuses(errors.AdminEventNotFound, errors.AdminEventStarted)
    def destroy(self, request: Request, event_id: int) -> Response:
        """Call off an event that has not struck yet."""
        services.event_cancel(event_id=event_id)
        return Response(status=204)
