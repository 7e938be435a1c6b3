"""When sockets end before their clients want it: the token's time is up, or the server's."""

import asyncio
import json
import os
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
import socketio
from django.conf import settings

from tommy.core.content import default_path
from voting.tests.live import Account, ChannelsPlayer, LiveServer, Rest, SocketPlayer, register

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("voting_live")]

SECRET = "a key that only this test's server signs with, long enough to be one"


@pytest.fixture
def server(live_environment: dict[str, str]) -> Iterator[LiveServer]:
    """A server whose key is known, and which counts down for a second only."""
    overload = json.loads(default_path("tommy/overload.json").read_text())
    target = Path(live_environment["CONTENT_DIR"]) / "tommy" / "overload.json"
    target.parent.mkdir()
    target.write_text(json.dumps({**overload, "countdown_seconds": 1.0, "sample_seconds": 0.2}))
    running = LiveServer({**live_environment, "SECRET_KEY": SECRET}).start()
    yield running
    running.stop()


def with_token_for(seconds: float, account: Account) -> Account:
    """The same login under a token that ends sooner."""
    part = account.token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return replace(account, token=jwt.encode({**claims, "exp": time.time() + seconds}, SECRET, "HS256"))


async def open_room(server: LiveServer, account: Account) -> str:
    async with Rest(server.url, account) as rest:
        status, room = await rest.call("POST", "/api/rooms", {})
    assert status == 201, room
    return str(room["code"])


async def test_sockets_end_with_their_token(server: LiveServer) -> None:
    account = (await register(server.url, 1))[0]
    code = await open_room(server, account)
    short = with_token_for(4, account)
    lasting = await SocketPlayer(account).connect(server.url)
    player = await SocketPlayer(short).connect(server.url)
    async with ChannelsPlayer(short, server.url, code) as channels:
        await player.do("join_room", room_code=code)
        await asyncio.wait_for(player.client.wait(), 15)
        assert await channels.close_code() == 4401
    assert lasting.client.connected  # the login lives on under another token
    await lasting.close()
    with pytest.raises(socketio.exceptions.ConnectionError):
        await SocketPlayer(short).connect(server.url)


async def test_a_self_destruct_sends_players_away_and_they_come_back(server: LiveServer) -> None:
    accounts = await register(server.url, 3)
    code = await open_room(server, accounts[0])
    back: dict[str, asyncio.Event] = {}
    players = [
        SocketPlayer(account, transports, comes_back=True)
        for account, transports in zip(accounts, (["websocket"], ["polling"]), strict=False)
    ]
    for player in players:
        await player.connect(server.url)
        await player.do("join_room", room_code=code)
        back[player.account.user_id] = returned = asyncio.Event()
        player.client.on("connect", returned.set)
    async with ChannelsPlayer(accounts[2], server.url, code) as channels:
        await channels.do("join_room")
        await asyncio.to_thread(drill, server)
        assert await channels.close_code() == 1012
    for player in players:
        await asyncio.wait_for(back[player.account.user_id].wait(), 90)
        state = await state_after_return(player, code)
        assert state["you"]["role"] == "player"
        await player.close()


async def state_after_return(player: SocketPlayer, code: str) -> dict[str, Any]:
    count = len(player.events["room_state"])
    await player.do("join_room", room_code=code)
    state: dict[str, Any] = await player.heard("room_state", count + 1)
    return state


def drill(server: LiveServer) -> None:
    command = [sys.executable, "manage.py", "self_destruct", "--drill"]
    environment = {**os.environ, **server.environment}
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True)
