"""``/api/receipts``: papers handed in and classified."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.selectors import people, receipts
from hackathon.serializers import receipts as shapes
from hackathon.services.receipts import receipt_submit
from hackathon.views.base import ListingViewSet, user_id_of
from tommy.core import clock
from tommy.core.errors import StorageFull
from tommy.core.http.idempotency import idempotent
from tommy.core.http.parsers import JSONParser
from tommy.core.http.schema import refuses

RECEIPT_ID = OpenApiParameter("receipt_id", OpenApiTypes.INT, OpenApiParameter.PATH)
PARTICIPANT_ID = OpenApiParameter("participant_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class ReceiptViewSet(ListingViewSet):
    parser_classes = [JSONParser, MultiPartParser]
    slow = frozenset({"POST"})  # a picture is decoded and encoded anew

    @extend_schema(
        operation_id="receipts_create",
        request={"application/json": shapes.ReceiptFields, "multipart/form-data": shapes.ReceiptInput},
        responses={201: shapes.ReceiptShape},
    )
    @refuses(
        errors.ParticipantNotFound,
        errors.NotYourParticipant,
        errors.ParticipantGone,
        errors.GameOver,
        errors.GamePaused,
        errors.UnknownFileType,
        errors.UnsafeFile,
        errors.FileTooLarge,
        errors.UnreadableFile,
        StorageFull,
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Hand in a receipt; what it is worth is said at once, with confidence and reasons."""
        form = (shapes.ReceiptInput if request.FILES else shapes.ReceiptFields)(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        file = data.get("file")
        receipt = receipt_submit(
            user_id=user_id_of(request),
            participant_id=data["participant_id"],
            amount_cents=int(data["amount"] * 100),
            purchased_on=data["purchased_on"],
            vendor=data["vendor"],
            description=data["description"],
            content=file.read() if file else None,
            file_name=file.name if file else "",
            now=clock.now(),
        )
        seen = receipts.receipt_get(user_id=user_id_of(request), is_staff=False, receipt_id=receipt.pk)
        return Response(receipts.receipt_view(seen), status=201)

    @extend_schema(operation_id="receipts_read", parameters=[RECEIPT_ID], responses=shapes.ReceiptShape)
    @refuses(errors.ReceiptNotFound)
    def retrieve(self, request: Request, receipt_id: int) -> Response:
        """One receipt, with a link to its file."""
        user_id, is_staff = user_id_of(request), request.user.is_staff
        return Response(
            receipts.receipt_view(receipts.receipt_get(user_id=user_id, is_staff=is_staff, receipt_id=receipt_id))
        )

    @extend_schema(
        operation_id="participant_receipts", parameters=[PARTICIPANT_ID], responses=shapes.ReceiptShape(many=True)
    )
    @refuses(errors.ParticipantNotFound, errors.NotYourParticipant)
    def list(self, request: Request, participant_id: int) -> Response:
        """What was handed in for a participant, newest first."""
        participant = people.participant_get(user_id=user_id_of(request), participant_id=participant_id)
        return self.paged(receipts.receipts_of(participant), receipts.receipt_view)
