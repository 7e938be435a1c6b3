"""A real server whose AI answers, and one whose AI hangs: either way the players get their game."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from npcs.tests.openai_server import OpenAIServer, running_server
from voting.tests.live import LiveServer, Rest, SocketPlayer, register

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("voting_live")]

WRITTEN = [
    "What would the ducks order, if there were a bar for ducks?",
    "Which of the laws would the pigeons vote for?",
]


@pytest.fixture
def upstream() -> Iterator[OpenAIServer]:
    with running_server() as ai:
        ai.say = lambda body: json.dumps({"questions": WRITTEN})
        yield ai


async def test_a_game_begins_whatever_the_ai_does(live_environment: dict[str, str], upstream: OpenAIServer) -> None:
    with_ai = {"AI_ENABLED": "true", "AI_BASE_URL": upstream.url, "AI_MODEL": "test-model-1"}
    server = LiveServer({**live_environment, **with_ai}).start()
    try:
        first, seconds = await begin(server.url)
        assert first in WRITTEN
        upstream.mode = "hang"
        fallen_back, seconds = await begin(server.url)
        assert fallen_back not in WRITTEN
        assert seconds < 12  # 4.5 s and a sweep, on a machine with other work
    finally:
        server.stop()


async def begin(url: str) -> tuple[str, float]:
    """Two strangers start a game: its first question, and how long they waited for it in a state they could see."""
    accounts = await register(url, 2)
    async with Rest(url, accounts[0]) as rest:
        _, room = await rest.call("POST", "/api/rooms", {"total_rounds": 2})
    players = [await SocketPlayer(account).connect(url) for account in accounts]
    for player in players:
        await player.do("join_room", room_code=room["code"])
    begun = asyncio.get_running_loop().time()
    ack = await players[0].do("start_game", room_code=room["code"])
    assert ack["room"]["phase"] == "preparing"
    preparing = await players[1].heard("game_preparing")
    started = await players[1].heard("game_started")
    assert preparing["round_id"] == started["round_id"] == ack["round_id"]
    await asyncio.gather(*(player.close() for player in players))
    return started["question"], asyncio.get_running_loop().time() - begun
