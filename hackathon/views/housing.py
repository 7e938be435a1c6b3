"""``/api/housing``: applications for beds, and the houses that are rented."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.rules.enums import ApplicationStatus
from hackathon.rules.housing import Preference
from hackathon.selectors import housing as selectors
from hackathon.serializers import housing as shapes
from hackathon.services import housing as services
from hackathon.views.base import ListingViewSet, ViewSet, chosen_hackathon, user_id_of
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

APPLICATION_ID = OpenApiParameter("application_id", OpenApiTypes.INT, OpenApiParameter.PATH)
LEASE_ID = OpenApiParameter("lease_id", OpenApiTypes.INT, OpenApiParameter.PATH)
ACTING = (errors.NotEnoughAp, errors.GameOver, errors.GamePaused)


class ApplicationViewSet(ViewSet):
    @extend_schema(
        operation_id="housing_apply", request=shapes.ApplicationInput, responses={201: shapes.ApplicationShape}
    )
    @refuses(
        errors.ParticipantNotFound,
        errors.NotYourParticipant,
        errors.ParticipantGone,
        errors.ListingNotFound,
        errors.NothingSuitable,
        errors.AlreadyApplied,
        errors.GameOver,
        errors.GamePaused,
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Apply for a bed of a listing, or of the one that suits best. Nothing is rented before it is approved."""
        form = shapes.ApplicationInput(data=request.data)
        form.is_valid(raise_exception=True)
        application = services.application_create(
            user_id=user_id_of(request),
            participant_id=form.validated_data["participant_id"],
            wish=_wish(form.validated_data),
            now=clock.now(),
        )
        return Response(selectors.application_view(application), status=201)

    @extend_schema(
        operation_id="housing_applications_read", parameters=[APPLICATION_ID], responses=shapes.ApplicationShape
    )
    @refuses(errors.ApplicationNotFound, errors.NotYourApplication)
    def retrieve(self, request: Request, application_id: int) -> Response:
        application = selectors.application_get(user_id=user_id_of(request), application_id=application_id)
        return Response(selectors.application_view(application))

    @extend_schema(
        operation_id="housing_applications_update",
        parameters=[APPLICATION_ID],
        request=shapes.ApplicationDecision,
        responses=shapes.ApplicationShape,
    )
    @refuses(
        errors.ApplicationNotFound,
        errors.NotYourApplication,
        errors.ApplicationClosed,
        errors.ListingFull,
        errors.ParticipantGone,
        errors.NotEnoughMoney,
        *ACTING,
    )
    def update(self, request: Request, application_id: int) -> Response:
        """Decide. Approving rents the bed at once; where somebody else was faster the legal risk rises."""
        form = shapes.ApplicationDecision(data=request.data)
        form.is_valid(raise_exception=True)
        application = services.application_decide(
            user_id=user_id_of(request),
            application_id=application_id,
            status=ApplicationStatus[form.validated_data["status"].upper()],
            now=clock.now(),
        )
        return Response(selectors.application_view(application))


class LeaseViewSet(ListingViewSet):
    @extend_schema(operation_id="housing_leases", responses=shapes.LeaseShape(many=True))
    def list(self, request: Request) -> Response:
        """The houses of the current hackathon, those that ran out included."""
        return self.paged(selectors.leases_of(chosen_hackathon(request)), selectors.lease_view)

    @extend_schema(
        operation_id="housing_leases_renew", parameters=[LEASE_ID], request=None, responses=shapes.LeaseShape
    )
    @refuses(errors.LeaseNotFound, errors.NotYourHackathon, errors.LeaseEnded, *ACTING)
    @idempotent
    def renew(self, request: Request, lease_id: int) -> Response:
        """Keep a house for longer, at a higher price: the action ``renew_lease``."""
        lease = services.lease_renew(user_id=user_id_of(request), lease_id=lease_id, now=clock.now())
        return Response(selectors.lease_view(lease))


def _wish(data: dict[str, Any]) -> services.Wish:
    stated = data.get("housing_preference") or {}
    at_most = stated.get("max_price")
    return services.Wish(
        listing_id=data.get("housing_id"),
        preference=Preference(
            room=stated.get("room", "shared"),
            city=stated.get("city", ""),
            at_most_cents=None if at_most is None else int(at_most * 100),
        ),
        stated={name: float(value) if name == "max_price" else value for name, value in stated.items()},
        check_in_date=data.get("check_in_date"),
        check_out_date=data.get("check_out_date"),
        special_requests=data["special_requests"],
    )
