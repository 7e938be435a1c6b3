"""Registering, logging in and out: the bearer family (``/api/…``) and the cookie family (``/api/auth/…``)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts import services
from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE, account_of, bearer_token, require_allowed_origin
from accounts.cookies import clear_login_cookies, set_login_cookies
from accounts.errors import (
    AccountChanged,
    AccountInactive,
    EmailTaken,
    InvalidCredentials,
    OriginNotAllowed,
    RefreshReused,
    UsernameTaken,
)
from accounts.models import User
from accounts.serializers import (
    AccountSerializer,
    CookieLoginSerializer,
    CredentialsSerializer,
    LoginSerializer,
    MessageSerializer,
    RefreshSerializer,
    RegisteredSerializer,
    RegistrationSerializer,
    TokensSerializer,
)
from accounts.throttling import RegistrationThrottle, password_attempt
from accounts.tokens import TokenPair, access_claims, refresh_claims
from tommy.core import clock
from tommy.core.errors import Unauthenticated
from tommy.core.http.schema import refuses


class OpenView(APIView):
    """For whoever has no live token: one that died must not stand in the way of a new login."""

    authentication_classes = []
    permission_classes = [AllowAny]


class RegisterView(OpenView):
    """A new account."""

    slow = True
    throttle_classes = [RegistrationThrottle]

    @extend_schema(operation_id="register", request=RegistrationSerializer, responses={201: RegisteredSerializer})
    @refuses(EmailTaken, UsernameTaken)
    def post(self, request: Request) -> Response:
        user = services.account_register(**_valid(RegistrationSerializer, request), now=clock.now())
        return Response(RegisteredSerializer(user).data, status=201)


class LoginView(OpenView):
    """A login by email address or username."""

    slow = True

    @extend_schema(operation_id="login", request=CredentialsSerializer, responses=LoginSerializer)
    @refuses(InvalidCredentials, AccountInactive, AccountChanged)
    def post(self, request: Request) -> Response:
        user, tokens = _log_in(request)
        body = {
            "token": tokens.access,
            "refresh_token": tokens.refresh,
            "user_id": user.pk,
            "username": user.username,
            "expires_at": tokens.expires_at,
        }
        return Response(LoginSerializer(body).data)


class LogoutView(OpenView):
    """The end of a login: its tokens and cookies are dead everywhere at once. Without a live one, nothing to do."""

    @extend_schema(operation_id="logout_by_get", request=None, responses=MessageSerializer)
    @refuses(OriginNotAllowed)
    def get(self, request: Request) -> Response:
        return _log_out(request)

    @extend_schema(operation_id="logout", request=None, responses=MessageSerializer)
    @refuses(OriginNotAllowed)
    def post(self, request: Request) -> Response:
        return _log_out(request)


class AuthRegisterView(OpenView):
    """A new account, logged in, with cookies."""

    slow = True
    throttle_classes = [RegistrationThrottle]

    @extend_schema(operation_id="auth_register", request=RegistrationSerializer, responses={201: CookieLoginSerializer})
    @refuses(EmailTaken, UsernameTaken)
    def post(self, request: Request) -> Response:
        valid = _valid(RegistrationSerializer, request)
        user, tokens = services.account_register_with_login(**valid, now=clock.now())
        return _cookie_login(user, tokens, "Welcome. You are registered and logged in.", status=201)


class AuthLoginView(OpenView):
    """A login with cookies."""

    slow = True

    @extend_schema(operation_id="auth_login", request=CredentialsSerializer, responses=CookieLoginSerializer)
    @refuses(InvalidCredentials, AccountInactive, AccountChanged)
    def post(self, request: Request) -> Response:
        user, tokens = _log_in(request)
        return _cookie_login(user, tokens, "You are logged in.", status=200)


class AuthRefreshView(OpenView):
    """A new pair of tokens for a refresh token, which is good once; using it again ends the login."""

    @extend_schema(operation_id="auth_refresh", request=RefreshSerializer, responses=TokensSerializer)
    @refuses(Unauthenticated, RefreshReused, OriginNotAllowed)
    def post(self, request: Request) -> Response:
        refresh_token = _valid(RefreshSerializer, request).get("refresh_token")
        if refresh_token is None and (refresh_token := request.COOKIES.get(REFRESH_COOKIE)):
            require_allowed_origin(request)
        _, tokens = services.login_refresh(refresh_token=refresh_token, now=clock.now())
        body = {"access_token": tokens.access, "refresh_token": tokens.refresh, "expires_at": tokens.expires_at}
        return set_login_cookies(Response(TokensSerializer(body).data), tokens)


class AuthLogoutView(OpenView):
    """The end of a login; the cookies go."""

    @extend_schema(operation_id="auth_logout", request=None, responses=MessageSerializer)
    @refuses(OriginNotAllowed)
    def post(self, request: Request) -> Response:
        return _log_out(request)


class AuthMeView(APIView):
    """Who is logged in."""

    @extend_schema(operation_id="auth_me", responses=AccountSerializer)
    def get(self, request: Request) -> Response:
        return Response(AccountSerializer(account_of(request)).data)


def _valid(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _log_in(request: Request) -> tuple[User, TokenPair]:
    credentials, now = _valid(CredentialsSerializer, request), clock.now()
    with password_attempt(request, credentials["identifier"], now):
        login, tokens = services.login_with_password(**credentials, now=now)
    return login.user, tokens


def _cookie_login(user: User, tokens: TokenPair, message: str, *, status: int) -> Response:
    body = {"user": user, "message": message, "access_token": tokens.access}
    return set_login_cookies(Response(CookieLoginSerializer(body).data, status=status), tokens)


def _log_out(request: Request) -> Response:
    services.login_end(login_ids=_logins_named(request), now=clock.now())
    return clear_login_cookies(Response({"message": "You are logged out."}))


def _logins_named(request: Request) -> set[UUID]:
    """The login of the bearer token, or those of the cookies; the refresh cookie's where the other has expired."""
    bearer = bearer_token(request.headers.get("Authorization", ""))
    if bearer is not None:
        claims = [access_claims(bearer)]
    else:
        cookies = [request.COOKIES.get(ACCESS_COOKIE), request.COOKIES.get(REFRESH_COOKIE)]
        if any(cookies):
            require_allowed_origin(request)
        claims = [access_claims(cookies[0]), refresh_claims(cookies[1])]
    return {claim.login_id for claim in claims if claim is not None}
