"""A login over WebSockets: every place a token can come in, and the end of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from accounts import services
from accounts.authentication import ACCESS_COOKIE
from accounts.models import Login
from accounts.sockets import token_of_scope
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tokens import TokenPair
from tommy.asgi import application
from tommy.core import clock

ENDED = 4401
ORIGIN = (b"origin", b"http://localhost:5173")
COOKIE = (b"cookie", f"theme=dark; {ACCESS_COOKIE}=T".encode())


def scope(*headers: tuple[bytes, bytes], **parts: Any) -> dict[str, Any]:
    return {"headers": [(b"host", b"play.example.org"), *headers], **parts}


@pytest.mark.parametrize(
    ("handshake", "token"),
    [
        (scope(), None),
        (scope((b"authorization", b"Bearer T")), "T"),
        (scope((b"authorization", b"Basic T")), None),
        (scope(query_string=b"last_id=3&token=T"), "T"),
        (scope(query_string=b"token=%FF"), "\ufffd"),
        (scope(subprotocols=["bearer", "T"]), "T"),
        (scope(subprotocols=["bearer"]), None),
        (scope(ORIGIN, COOKIE), "T"),
        (scope((b"origin", b"https://play.example.org"), COOKIE), "T"),
        (scope((b"origin", b"https://evil.example.org"), COOKIE), None),
        (scope((b"origin", b"http://[::1"), COOKIE), None),
        (scope(COOKIE), None),
        (scope(ORIGIN, (b"cookie", b"\xff[]=;=;")), None),
    ],
)
def test_where_a_token_may_stand(handshake: dict[str, Any], token: str | None) -> None:
    assert token_of_scope(handshake) == token


@asynccontextmanager
async def socket(token: str) -> AsyncIterator[WebsocketCommunicator]:
    communicator = WebsocketCommunicator(application, f"/ws/notifications?token={token}")
    connected, _ = await communicator.connect(timeout=5)
    assert connected
    try:
        yield communicator
    finally:
        await communicator.disconnect()


async def log_in() -> tuple[Login, TokenPair]:
    def run() -> tuple[Login, TokenPair]:
        return services.login_start(user=UserFactory(), now=clock.now())

    return await database_sync_to_async(run)()


async def close_code(communicator: WebsocketCommunicator) -> int:
    return int((await communicator.receive_output(timeout=5))["code"])


async def until_listening(communicator: WebsocketCommunicator) -> None:
    """A socket that answers has joined its groups."""
    await communicator.send_to(text_data="ping")
    assert await communicator.receive_from(timeout=5) == "pong"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["logout", "everywhere", "password", "deactivate", "delete", "reused"])
async def test_sockets_close_when_their_login_ends(way: str) -> None:
    login, tokens = await log_in()
    now, user = clock.now(), login.user

    def reuse() -> None:
        services.login_refresh(refresh_token=tokens.refresh, now=now)
        with pytest.raises(services.logins.RefreshReused):
            services.login_refresh(refresh_token=tokens.refresh, now=now)

    ways = {
        "logout": lambda: services.login_end(login_ids=[login.pk], now=now),
        "everywhere": lambda: services.logins_end(user_id=user.pk, now=now),
        "password": lambda: services.password_change(
            user=user, password=PASSWORD, new_password="battery staple", now=now
        ),
        "deactivate": lambda: services.account_deactivate(user_id=user.pk, now=now),
        "delete": lambda: services.account_delete(user=user, password=PASSWORD, now=now),
        "reused": reuse,
    }
    async with socket(tokens.access) as open_socket:
        await until_listening(open_socket)
        await database_sync_to_async(ways[way])()
        assert await close_code(open_socket) == ENDED
    async with socket(tokens.access) as second_try:
        assert await close_code(second_try) == ENDED


@pytest.mark.django_db(transaction=True)
async def test_other_logins_keep_their_sockets() -> None:
    login, tokens = await log_in()
    other, _ = await database_sync_to_async(services.login_start)(user=login.user, now=clock.now())
    async with socket(tokens.access) as open_socket:
        await until_listening(open_socket)
        await database_sync_to_async(services.login_end)(login_ids=[other.pk], now=clock.now())
        await asyncio.sleep(0.1)
        await until_listening(open_socket)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("token", ["dead", "a.b.c", "%00", "%F0%9F%A6%86"])
async def test_a_bad_token_opens_nothing(token: str) -> None:
    async with socket(token) as refused:
        assert await close_code(refused) == ENDED
