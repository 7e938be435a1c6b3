"""Tokens: signed by simplejwt, alive only while the login they belong to is.

Every token carries ``sub`` (user id) and ``sid`` (login id). Verifying one is a signature check and one indexed
SELECT that brings login and user together, so a token that died is dead in every process at once, and stays so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import Login

ACCESS_LIFETIME = cast(timedelta, settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"])
REFRESH_LIFETIME = cast(timedelta, settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"])


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
    return _claims(AccessToken, raw)


def refresh_claims(raw: Any) -> Claims | None:
    """The claims of a refresh token, None where ``raw`` is not one of ours or has expired."""
    return _claims(RefreshToken, raw)


def login_of_access_token(raw: str, now: datetime) -> Login | None:
    """The live login (with its active user) behind an access token, or None; one SQL statement."""
    claims = access_claims(raw)
    return live_login(Login.objects.all(), claims, now) if claims else None


def live_login(logins: QuerySet[Login], claims: Claims, now: datetime) -> Login | None:
    """The login of a token, with its user, from among ``logins``; None where it is not alive.

    Looked up by key alone and judged here, because this stands before every request: Django takes longer to put each
    further condition into SQL than the database takes to answer.
    """
    for login in logins.select_related("user").filter(pk=claims.login_id):
        if login.user_id == claims.user_id and login.is_alive(now):
            return login
    return None


def _claims(kind: type[AccessToken] | type[RefreshToken], raw: Any) -> Claims | None:
    try:
        token = kind(raw)
        expires_at = datetime.fromtimestamp(token["exp"], UTC)
        return Claims(UUID(token["sub"]), UUID(token["sid"]), token["jti"], expires_at)
    except (TokenError, KeyError, ValueError, TypeError, AttributeError, OverflowError):
        return None
