"""Who is asking over a WebSocket."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from accounts.authentication import ACCESS_COOKIE, bearer_token, origin_is_allowed
from accounts.models import Login
from accounts.tokens import access_claims, live_login
from tommy.core import clock
from tommy.core.threads import socket_threads

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class SocketLogin:
    """The login behind a socket; ``login_id`` names the group that hears when it ends.

    ``expires_at`` is the end of the token that the socket was opened with, which a login may outlive.
    """

    user_id: UUID
    login_id: UUID
    username: str
    expires_at: datetime

    def is_live(self) -> bool:
        """Whether token and login still live; one SQL statement, for a database thread."""
        now = clock.now()
        if now >= self.expires_at:
            return False
        login = Login.objects.select_related("user").filter(pk=self.login_id).first()
        return login is not None and login.is_alive(now)


class TokenAuthMiddleware:
    """Puts ``scope["login"]``: a SocketLogin, or None where no live token came along.

    A token may come as header, ``?token=``, subprotocol ``bearer, <token>`` or cookie; the cookie counts only from an
    allowed origin, because browsers open sockets across sites without asking.
    """

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        raw = token_of_scope(scope)
        login = await socket_threads().run_db(resolve_login, raw) if raw else None
        await self.inner({**scope, "login": login}, receive, send)


def resolve_login(raw: str) -> SocketLogin | None:
    """The login behind a raw access token; one SQL statement, for a database thread."""
    claims = access_claims(raw)
    login = live_login(claims, clock.now()) if claims else None
    if claims is None or login is None:
        return None
    return SocketLogin(login.user_id, login.pk, login.user.username, claims.expires_at)


def dead_logins(login_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Which of these logins have ended, expired, or lost their user; one SQL statement, for a database thread."""
    logins = Login.objects.filter(pk__in=login_ids)
    alive = logins.filter(ended_at=None, expires_at__gt=now, user__is_active=True).values_list("pk", flat=True)
    return set(login_ids) - set(alive)


def token_of_scope(scope: dict[str, Any]) -> str | None:
    """The raw token a handshake carries, wherever it put it."""
    headers = {name: value.decode("latin1") for name, value in scope["headers"]}
    if (token := bearer_token(headers.get(b"authorization", ""))) is not None:
        return token
    if query := parse_qs(scope.get("query_string", b"").decode("ascii", "replace")).get("token"):
        return str(query[0])
    protocols = scope.get("subprotocols") or []
    if len(protocols) == 2 and protocols[0] == "bearer":
        return str(protocols[1])
    if not origin_is_allowed(headers.get(b"origin"), headers.get(b"host", "")):
        return None
    return _cookie(headers.get(b"cookie", ""))


def _cookie(header: str) -> str | None:
    try:
        cookie = SimpleCookie(header).get(ACCESS_COOKIE)
    except CookieError:
        return None
    return str(cookie.value) if cookie else None
