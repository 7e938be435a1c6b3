"""``/api/inbox``: letters to the organiser."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.selectors import records
from hackathon.serializers import people as shapes
from hackathon.services import inbox as services
from hackathon.views.base import ListingViewSet, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

MESSAGE_ID = OpenApiParameter("message_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class InboxViewSet(ListingViewSet):
    @extend_schema(operation_id="inbox_list", parameters=[shapes.InboxQuery], responses=shapes.MessageShape(many=True))
    def list(self, request: Request) -> Response:
        """Everything that was written to the player, and what the player wrote."""
        form = shapes.InboxQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        messages = records.inbox_of(user_id_of(request))
        if form.validated_data.get("unread"):
            messages = messages.filter(read_at=None, outgoing=False)
        if thread := form.validated_data.get("thread"):
            messages = messages.filter(thread=thread)
        return self.paged(messages, lambda row: shapes.MessageShape(row).data)

    @extend_schema(operation_id="inbox_read", parameters=[MESSAGE_ID], request=None, responses=shapes.MessageShape)
    @refuses(errors.MessageNotFound)
    def read(self, request: Request, message_id: int) -> Response:
        """Mark as read; again is fine."""
        message = services.message_read(user_id=user_id_of(request), message_id=message_id, now=clock.now())
        return Response(shapes.MessageShape(message).data)

    @extend_schema(
        operation_id="inbox_reply",
        parameters=[MESSAGE_ID],
        request=shapes.ReplyInput,
        responses={201: shapes.MessageShape},
    )
    @refuses(errors.MessageNotFound, errors.CannotReply, errors.NotEnoughAp, errors.GameOver, errors.GamePaused)
    @idempotent
    def reply(self, request: Request, message_id: int) -> Response:
        """Answer a letter; a participant takes heart from it. Costs what the action ``reply`` costs."""
        form = shapes.ReplyInput(data=request.data)
        form.is_valid(raise_exception=True)
        message = services.message_reply(
            user_id=user_id_of(request), message_id=message_id, text=form.validated_data["message"], now=clock.now()
        )
        return Response(shapes.MessageShape(message).data, status=201)
