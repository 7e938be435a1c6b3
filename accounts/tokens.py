"""Tokens: signed by simplejwt, alive only while the login they belong to is.

Every token carries ``sub`` (user id) and ``sid`` (login id). Verifying one is a signature check and one indexed
SELECT that brings login and user together, so a token that died is dead in every process at once, and stays so.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import Login, User
from tommy.core.joins import Join, Source

# A client sends the same token with every request, and its signature takes a tenth of a request to check.
TOKENS_REMEMBERED = 8_192
ACCESS_LIFETIME = cast(timedelta, settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"])
REFRESH_LIFETIME = cast(timedelta, settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"])
_SOURCES = Source("login", Login), Source("account", User)
_WITH_USER = "FROM accounts_login login JOIN accounts_user account ON account.id = login.user_id WHERE login.id = %s"
_LOGIN, _LOCKED_LOGIN = Join(*_SOURCES, tail=_WITH_USER), Join(*_SOURCES, tail=_WITH_USER, lock=["login"])


@dataclass(frozen=True)
class TokenPair:
    """What a login hands out; ``expires_at`` is that of the access token."""

    access: str
    refresh: str
    refresh_jti: str
    expires_at: datetime


def issue_tokens(*, user_id: UUID, login_id: UUID, now: datetime) -> TokenPair:
    """A fresh access and refresh token of one login."""
    access, refresh = AccessToken(), RefreshToken()
    for token in (access, refresh):
        token["sub"], token["sid"] = str(user_id), str(login_id)
        token.set_iat(at_time=now)
        token.set_exp(from_time=now)
    return TokenPair(str(access), str(refresh), refresh["jti"], now + ACCESS_LIFETIME)


@dataclass(frozen=True)
class Claims:
    """What a token that we signed says of itself."""

    user_id: UUID
    login_id: UUID
    jti: str
    expires_at: datetime


def access_claims(raw: Any) -> Claims | None:
    """The claims of an access token, None where ``raw`` is not one of ours or has expired."""
    return _claims(raw, refresh=False)


def refresh_claims(raw: Any) -> Claims | None:
    """The claims of a refresh token, None where ``raw`` is not one of ours or has expired."""
    return _claims(raw, refresh=True)


def login_of_access_token(raw: str, now: datetime) -> Login | None:
    """The live login (with its active user) behind an access token, or None; one SQL statement."""
    claims = access_claims(raw)
    return live_login(claims, now) if claims else None


def live_login(claims: Claims, now: datetime, *, locked: bool = False) -> Login | None:
    """The login of a token, with its user; None where it is not alive; one SQL statement. Locked on demand."""
    for login, user in (_LOCKED_LOGIN if locked else _LOGIN).fetch(claims.login_id):
        login.user = user
        if user.pk == claims.user_id and login.is_alive(now):
            return cast(Login, login)
    return None


def _claims(raw: Any, *, refresh: bool) -> Claims | None:
    try:
        claims = _verified(raw, refresh=refresh)
    except (TokenError, KeyError, ValueError, TypeError, AttributeError, OverflowError):
        return None
    return claims if time.time() < claims.expires_at.timestamp() else None


@lru_cache(maxsize=TOKENS_REMEMBERED)
def _verified(raw: Any, *, refresh: bool) -> Claims:
    """What a good signature makes true of a token for ever, but for its end; what raises is not remembered."""
    token = RefreshToken(raw) if refresh else AccessToken(raw)
    expires_at = datetime.fromtimestamp(token["exp"], UTC)
    return Claims(UUID(token["sub"]), UUID(token["sid"]), token["jti"], expires_at)
