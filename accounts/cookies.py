"""The cookies of a login: out of reach for scripts, and the refresh token sent to where it is traded only."""

from datetime import timedelta

from django.conf import settings
from rest_framework.response import Response

from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.tokens import ACCESS_LIFETIME, REFRESH_LIFETIME, TokenPair

PATHS = {ACCESS_COOKIE: "/", REFRESH_COOKIE: "/api/auth"}


def set_login_cookies(response: Response, tokens: TokenPair) -> Response:
    """Let a browser carry the tokens of a login."""
    _set(response, ACCESS_COOKIE, tokens.access, ACCESS_LIFETIME)
    _set(response, REFRESH_COOKIE, tokens.refresh, REFRESH_LIFETIME)
    return response


def clear_login_cookies(response: Response) -> Response:
    """Make a browser forget them."""
    for name, path in PATHS.items():
        response.delete_cookie(name, path=path, samesite=settings.ENV.cookie_samesite)
    return response


def _set(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=lifetime,
        path=PATHS[name],
        httponly=True,
        secure=settings.ENV.cookie_secure,
        samesite=settings.ENV.cookie_samesite,
    )
