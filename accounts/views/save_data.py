"""What a player's clients keep here: any JSON value, with a version against lost updates."""

from typing import cast
from uuid import UUID

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.authentication import account_of
from accounts.errors import NothingSaved
from accounts.parsers import JSONTextParser
from accounts.serializers import SavedSerializer
from tommy.core import clock
from tommy.core.errors import Forbidden, PreconditionFailed
from tommy.core.http.idempotency import idempotent
from tommy.core.http.schema import refuses

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description='The version to replace, as in the ETag; "0" for none yet.'
)
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=True, description="The version, quoted.")


class SaveView(APIView):
    """Save one JSON value, of up to 1 MiB, in place of the last one."""

    parser_classes = [JSONTextParser]

    @extend_schema(
        operation_id="savedata_store",
        parameters=[IF_MATCH, ETAG],
        request={"application/json": OpenApiTypes.ANY},
        responses=SavedSerializer,
    )
    @refuses(Forbidden, PreconditionFailed)
    @idempotent
    def post(self, request: Request, user_id: UUID) -> Response:
        _require_own(request, user_id)
        if_match = request.headers.get("If-Match")
        version = services.save_data_store(user_id=user_id, value=_body(request), if_match=if_match, now=clock.now())
        return Response({"message": "Saved.", "version": version}, headers={"ETag": f'"{version}"'})


class DataView(APIView):
    """What was saved last, as it was sent."""

    @extend_schema(operation_id="savedata_read", parameters=[ETAG], responses=OpenApiTypes.ANY)
    @refuses(Forbidden, NothingSaved)
    def get(self, request: Request, user_id: UUID) -> Response:
        _require_own(request, user_id)
        saved = selectors.saved_data(user_id)
        return Response(orjson.Fragment(saved.value), headers={"ETag": f'"{saved.version}"'})


def _body(request: Request) -> str:
    """The text that ``JSONTextParser`` made; DRF calls no parser where there is no body."""
    if not request.data:
        raise ParseError("The body is empty: send the JSON value to keep.")
    return cast(str, request.data)


def _require_own(request: Request, user_id: UUID) -> None:
    if account_of(request).pk != user_id:
        raise Forbidden("Saved data belongs to its player alone.")
