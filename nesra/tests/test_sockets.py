"""What a player earns reaches the open socket, and the one that was closed meanwhile."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from accounts.models import User
from accounts.sockets import SocketLogin
from nesra.tests.factories import DROPS, ItemFactory, UserFactory, session_done
from tommy.core import clock
from tommy.core.consumers import NotificationConsumer


def listener(user: User, last_id: int) -> WebsocketCommunicator:
    communicator = WebsocketCommunicator(NotificationConsumer.as_asgi(), f"/ws/notifications?last_id={last_id}")
    communicator.scope["login"] = SocketLogin(user.pk, uuid4(), user.username, clock.now() + timedelta(hours=1))
    return communicator


async def heard(communicator: WebsocketCommunicator, count: int) -> list[tuple[int, str, str]]:
    frames: list[Any] = [await communicator.receive_json_from(timeout=5) for _ in range(count)]
    return [(frame["id"], frame["type"], frame["data"]["kind"]) for frame in frames]


def earn(user: User, now: datetime) -> None:
    session_done(user, now, minutes=60, seed=DROPS)


@pytest.mark.django_db(transaction=True)
async def test_levels_and_drops_come_live_and_are_replayed() -> None:
    user = await sync_to_async(UserFactory)()
    await sync_to_async(ItemFactory)()
    live = listener(user, 0)
    await live.connect(timeout=5)
    await live.send_to(text_data="ping")
    assert await live.receive_from(timeout=5) == "pong"
    await sync_to_async(earn)(user, clock.now())
    expected = [(1, "game_event", "level_up"), (2, "game_event", "item_drop")]
    assert await heard(live, 2) == expected
    await live.disconnect()
    later = listener(user, 1)
    await later.connect(timeout=5)
    assert await heard(later, 1) == expected[1:]
    await later.disconnect()
