"""``/api/webhooks/wakatime``: signed by whoever knows the secret, or sent by the player."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hackathon import errors
from hackathon.serializers import wakatime as shapes
from hackathon.services.coding import coding_report
from hackathon.throttling import PlayerThrottle
from hackathon.views.base import user_id_of
from tommy.core import clock
from tommy.core.errors import InvalidInput
from tommy.core.http.schema import refuses

SIGNATURE = OpenApiParameter(
    "X-Signature", str, OpenApiParameter.HEADER, description="HMAC-SHA256 of the body in hex, by WAKATIME_SECRET."
)


class WakaTimeView(APIView):
    permission_classes = [AllowAny]
    throttle_classes = (PlayerThrottle,)

    @extend_schema(
        operation_id="webhooks_wakatime",
        parameters=[SIGNATURE],
        request=shapes.WakaTimeInput,
        responses=shapes.WakaTimeAnswer,
    )
    @refuses(
        InvalidInput,
        errors.NotSigned,
        errors.NotYourParticipant,
        errors.ParticipantNotFound,
        errors.ParticipantGone,
        errors.GameOver,
        errors.GamePaused,
    )
    def post(self, request: Request) -> Response:
        """Coding time of a participant, in any of WakaTime's shapes; what was delivered before counts once."""
        sender = _sender(request)
        form = shapes.WakaTimeInput(data=request.data)
        form.is_valid(raise_exception=True)
        seconds = coding_report(
            user_id=sender,
            participant_id=form.validated_data["participant_id"],
            body=request.data,
            now=clock.now(),
        )
        return Response({"success": True, "counted_seconds": seconds})


def _sender(request: Request) -> UUID | None:
    """The player; None for a signed delivery, which may be about anybody. Raises NotSigned."""
    signature = request.headers.get("X-Signature")
    if signature is not None:
        if not _is_genuine(request.body, signature):
            raise errors.NotSigned
        return None
    if request.auth is None:
        raise errors.NotSigned
    return user_id_of(request)


def _is_genuine(body: bytes, signature: str) -> bool:
    secret = settings.ENV.wakatime_secret
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(wanted.encode(), signature.removeprefix("sha256=").lower().encode())
