"""The logins behind this app's sockets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Login
from accounts.sockets import SocketLogin, resolve_login


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """A login, and when the token that named it ends."""

    login: SocketLogin
    expires_at: datetime


def login_of_token(raw: str) -> TokenLogin | None:
    """Who a live access token belongs to; one SQL statement."""
    login = resolve_login(raw)
    if login is None:
        return None
    return TokenLogin(login, datetime.fromtimestamp(AccessToken(raw)["exp"], UTC))  # type: ignore[arg-type]


def dead_logins(login_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Which of these logins have ended, expired, or lost their user; one SQL statement."""
    logins = Login.objects.filter(pk__in=login_ids)
    alive = logins.filter(ended_at=None, expires_at__gt=now, user__is_active=True).values_list("pk", flat=True)
    return set(login_ids) - set(alive)
