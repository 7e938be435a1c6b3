"""``/api/game/orders``: what is to be done while the player is away."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import errors
from hackathon.models import Hackathon
from hackathon.selectors import orders as selectors
from hackathon.serializers import orders as shapes
from hackathon.services import orders as services
from hackathon.views.base import ViewSet, chosen_hackathon, user_id_of
from tommy.core import clock
from tommy.core.errors import PreconditionFailed
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the orders that these are to replace."
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=True, description="Stands for the orders as they were left."
)


class OrdersViewSet(ViewSet):
    @extend_schema(operation_id="game_orders", parameters=[shapes.OrdersQuery, ETAG], responses=shapes.OrdersShape)
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def read(self, request: Request) -> Response:
        """A game's standing orders, how often and when each last acted, and why it last did not."""
        return _answer(_hackathon(request))

    @extend_schema(
        operation_id="game_orders_replace",
        parameters=[shapes.OrdersQuery, IF_MATCH, ETAG],
        request=shapes.OrdersInput,
        responses=shapes.OrdersShape,
    )
    @refuses(
        errors.InvalidOrders,
        errors.TooManyOrders,
        errors.HackathonNotFound,
        errors.NotYourHackathon,
        errors.GameOver,
        PreconditionFailed,
    )
    @idempotent
    def replace(self, request: Request) -> Response:
        """Leave orders, instead of all that were there. They are followed before each tick, in their order."""
        hackathon = _hackathon(request)
        services.orders_replace(
            user_id=user_id_of(request),
            hackathon_id=hackathon.pk,
            body=request.data,
            if_match=request.headers.get("If-Match"),
            now=clock.now(),
        )
        return _answer(hackathon)

    @extend_schema(operation_id="game_orders_words", responses=shapes.OrderWords)
    def words(self, request: Request) -> Response:
        """What orders can be made of: fields, operators, actions with their targets, limits, an example."""
        return Response(selectors.order_words())


def _hackathon(request: Request) -> Hackathon:
    form = shapes.OrdersQuery(data=request.query_params)
    form.is_valid(raise_exception=True)
    return chosen_hackathon(request, form.validated_data.get("hackathon"))


def _answer(hackathon: Hackathon) -> Response:
    shown = selectors.orders_view(hackathon)
    return Response(shown, headers={"ETag": f'"{shown["version"]}"'})
