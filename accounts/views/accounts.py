"""One's own account: ``/api/me``."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.authentication import account_of
from accounts.cookies import clear_login_cookies
from accounts.errors import AccountBusy, AccountChanged, UsernameTaken, WrongPassword
from accounts.serializers import (
    ExportSerializer,
    MessageSerializer,
    PasswordChangeSerializer,
    PasswordSerializer,
    ProfileChangesSerializer,
    ProfileSerializer,
)
from accounts.throttling import password_attempt
from tommy.core import clock
from tommy.core.http.schema import refuses, takes_body


class MeView(APIView):
    """The account of whoever asks."""

    slow = frozenset({"DELETE"})

    @extend_schema(operation_id="me", responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        return Response(ProfileSerializer(selectors.profile(account_of(request), clock.now())).data)

    @extend_schema(operation_id="me_update", request=ProfileChangesSerializer, responses=ProfileSerializer)
    @refuses(UsernameTaken)
    def patch(self, request: Request) -> Response:
        form, now = ProfileChangesSerializer(data=request.data), clock.now()
        form.is_valid(raise_exception=True)
        user = services.profile_update(user_id=account_of(request).pk, changes=form.validated_data, now=now)
        return Response(ProfileSerializer(selectors.profile(user, now)).data)

    @extend_schema(operation_id="me_delete", request=PasswordSerializer, responses={204: None})
    @refuses(WrongPassword, AccountBusy)
    @takes_body
    def delete(self, request: Request) -> Response:
        """Remove the account and everything it owns, for good."""
        form, now = PasswordSerializer(data=request.data), clock.now()
        form.is_valid(raise_exception=True)
        with password_attempt(request, account_of(request).email, now):
            services.account_delete(user=account_of(request), password=form.validated_data["password"], now=now)
        return clear_login_cookies(Response(status=204))


class PasswordView(APIView):
    """A new password; every login of the account ends, this one too."""

    slow = True

    @extend_schema(operation_id="me_password", request=PasswordChangeSerializer, responses=MessageSerializer)
    @refuses(WrongPassword, AccountChanged)
    def post(self, request: Request) -> Response:
        form, now = PasswordChangeSerializer(data=request.data), clock.now()
        form.is_valid(raise_exception=True)
        with password_attempt(request, account_of(request).email, now):
            services.password_change(user=account_of(request), **form.validated_data, now=now)
        return clear_login_cookies(Response({"message": "Your password is changed. Please log in again."}))


class ExportView(APIView):
    """Everything the account owns, as one JSON document."""

    @extend_schema(operation_id="me_export", responses=ExportSerializer)
    def get(self, request: Request) -> Response:
        body = selectors.everything_owned(account_of(request).pk, clock.now())
        return Response(body, headers={"Content-Disposition": 'attachment; filename="export.json"'})
