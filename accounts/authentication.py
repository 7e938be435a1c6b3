"""Who is asking over REST: a bearer token, or the cookie a browser sends by itself."""

from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.errors import OriginNotAllowed
from accounts.models import Login, User
from accounts.tokens import login_of_access_token
from tommy.core import clock

ACCESS_COOKIE = "access_token"
REFRESH_COOKIE = "refresh_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` first, then the cookie; ``request.auth`` is the live Login."""

    def authenticate(self, request: Request) -> tuple[User, Login] | None:
        raw = bearer_token(request.headers.get("Authorization", ""))
        if raw is None:
            raw = request.COOKIES.get(ACCESS_COOKIE)
            if not raw:
                return None
            require_allowed_origin(request)
        login = login_of_access_token(raw, clock.now())
        if login is None:
            raise exceptions.AuthenticationFailed("This token is not valid, or no longer.", code="token_not_valid")
        return login.user, login

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def account_of(request: Request) -> User:
    """The account behind an authenticated request, typed."""
    return cast(User, request.user)


def bearer_token(header: str) -> str | None:
    """The token of an ``Authorization`` header, None where there is no bearer token in it."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def require_allowed_origin(request: Request) -> None:
    """A browser adds the cookie to any site's request, so unsafe ones must name an origin we know."""
    if request.method in SAFE_METHODS:
        return
    if not origin_is_allowed(request.headers.get("Origin"), request.get_host()):
        raise OriginNotAllowed


def origin_is_allowed(origin: str | None, host: str) -> bool:
    """``origin`` is in ALLOWED_ORIGINS, or the server's own."""
    if not origin:
        return False
    try:
        own = urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
    return own or origin in settings.ENV.allowed_origins
