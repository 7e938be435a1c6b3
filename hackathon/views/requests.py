"""``/api/stipends`` and ``/api/flights``."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.rules.enums import RequestKind
from hackathon.selectors import requests as selectors
from hackathon.serializers import requests as shapes
from hackathon.services import requests as services
from hackathon.views.base import ViewSet, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

STIPEND_ID = OpenApiParameter("stipend_id", OpenApiTypes.INT, OpenApiParameter.PATH)
FLIGHT_ID = OpenApiParameter("flight_id", OpenApiTypes.INT, OpenApiParameter.PATH)
ENTERING = (
    errors.ParticipantNotFound,
    errors.NotYourParticipant,
    errors.ParticipantGone,
    errors.GameOver,
    errors.GamePaused,
)


class StipendViewSet(ViewSet):
    @extend_schema(operation_id="stipends_request", request=shapes.StipendInput, responses={201: shapes.StipendShape})
    @refuses(*ENTERING, errors.TooManyRequests)
    @idempotent
    def create(self, request: Request) -> Response:
        """Enter a stipend for a participant. A suspicious one is denied at once, with the reasons in words."""
        form = shapes.StipendInput(data=request.data)
        form.is_valid(raise_exception=True)
        stipend = services.stipend_request(user_id=user_id_of(request), now=clock.now(), **form.validated_data)
        return Response(selectors.stipend_view(stipend), status=201)

    @extend_schema(operation_id="stipends_read", parameters=[STIPEND_ID], responses=shapes.StipendShape)
    @refuses(errors.StipendNotFound, errors.NotYourRequest)
    def retrieve(self, request: Request, stipend_id: int) -> Response:
        """One stipend, whoever asked for it."""
        stipend = selectors.request_get(user_id=user_id_of(request), request_id=stipend_id, kind=RequestKind.STIPEND)
        return Response(selectors.stipend_view(stipend))

    @extend_schema(
        operation_id="stipends_approve",
        parameters=[STIPEND_ID],
        request=shapes.DecisionInput,
        responses=shapes.StipendShape,
    )
    @refuses(
        errors.StipendNotFound,
        errors.NotYourRequest,
        errors.RequestClosed,
        errors.NotEnoughAp,
        errors.NotEnoughMoney,
        errors.GameOver,
        errors.GamePaused,
    )
    def decide(self, request: Request, stipend_id: int) -> Response:
        """Approve or deny. Money moves once, however often the same decision is sent."""
        form = shapes.DecisionInput(data=request.data)
        form.is_valid(raise_exception=True)
        stipend = services.stipend_decide(
            user_id=user_id_of(request),
            stipend_id=stipend_id,
            decision=form.validated_data["status"],
            admin_notes=form.validated_data.get("admin_notes"),
            now=clock.now(),
        )
        return Response(selectors.stipend_view(stipend))


class FlightViewSet(ViewSet):
    @extend_schema(operation_id="flights_request", request=shapes.FlightInput, responses={201: shapes.FlightShape})
    @refuses(*ENTERING, errors.FlightUnderWay)
    @idempotent
    def create(self, request: Request) -> Response:
        """Enter a flight for a participant; the actions ``approve`` and ``deny`` decide on it by its ``flight_id``."""
        form = shapes.FlightInput(data=request.data)
        form.is_valid(raise_exception=True)
        data = dict(form.validated_data)
        flight = services.flight_request(
            user_id=user_id_of(request),
            participant_id=data.pop("participant_id"),
            plan=services.Plan(**data),
            now=clock.now(),
        )
        return Response(selectors.flight_view(flight), status=201)

    @extend_schema(operation_id="flights_read", parameters=[FLIGHT_ID], responses=shapes.FlightShape)
    @refuses(errors.FlightNotFound, errors.NotYourRequest)
    def retrieve(self, request: Request, flight_id: int) -> Response:
        """Where a flight stands: requested, booked, delayed, cancelled, flown."""
        flight = selectors.request_get(user_id=user_id_of(request), request_id=flight_id, kind=RequestKind.FLIGHT)
        return Response(selectors.flight_view(flight))
