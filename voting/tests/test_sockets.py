"""Whole games over real sockets of a real server process."""

import asyncio
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import socketio
from django.conf import settings

from voting.tests.live import Account, ChannelsPlayer, LiveServer, Rest, SocketPlayer, register

# One server at a time: two would share the Redis numbers that their tests use.
pytestmark = pytest.mark.xdist_group("voting_live")


async def seat_eight(url: str) -> tuple[str, list[SocketPlayer]]:
    """Eight players in one room, half of them on long-polling; the first is the host."""
    accounts = await register(url, 8)
    async with Rest(url, accounts[0]) as rest:
        status, room = await rest.call("POST", "/api/rooms", {"total_rounds": 2, "results_seconds": 1})
    assert status == 201, room
    players = [SocketPlayer(account, ["polling"] if index % 2 else None) for index, account in enumerate(accounts)]
    for player in players:
        await player.connect(url)
        await player.do("join_room", room_code=room["code"].lower())
    return room["code"], players


async def play_round(code: str, players: list[SocketPlayer], number: int, question: dict[str, Any]) -> None:
    """All answer, all vote for somebody else; phases follow by themselves."""
    round_id = question["round_id"]
    acks = await asyncio.gather(
        *(
            player.do("submit_answer", room_code=code, round_id=round_id, answer=f"{number}: {player.account.username}")
            for player in players
        )
    )
    assert len({ack["answer_id"] for ack in acks}) == len(players)
    ballots = [await player.heard("voting_started", number) for player in players]
    for ballot in ballots:
        assert sum(answer["is_own_answer"] for answer in ballot["answers"]) == 1
        assert {frozenset(answer) for answer in ballot["answers"]} == {frozenset({"id", "content", "is_own_answer"})}
    assert len({tuple(answer["id"] for answer in ballot["answers"]) for ballot in ballots}) > 1
    choices = [next(one["id"] for one in ballot["answers"] if not one["is_own_answer"]) for ballot in ballots]
    await asyncio.gather(
        *(
            player.do("submit_vote", room_code=code, round_id=round_id, answer_id=choice)
            for player, choice in zip(players, choices, strict=True)
        )
    )
    ended = [await player.heard("round_ended", number) for player in players]
    assert all(one == ended[0] for one in ended)
    assert sum(line["round_score"] for line in ended[0]["leaderboard"]) == len(players)


async def test_eight_players_on_socket_io_play_a_whole_game(live_server_process: LiveServer) -> None:
    url = live_server_process.url
    code, players = await seat_eight(url)
    state = await players[-1].heard("room_state")
    assert (state["participant_count"], state["round"], state["you"]["role"]) == (8, None, "player")
    assert (await players[0].heard("player_joined", 8))["participant_count"] == 8
    refused = await players[1].ask("start_game", room_code=code)
    assert (refused["success"], refused["code"]) == (False, "host_only")
    await players[0].do("start_game", room_code=code)
    await play_round(code, players, 1, await players[7].heard("game_started"))
    second = await players[7].heard("round_started")
    await play_round(code, players, 2, second)
    ended = [await player.heard("game_ended") for player in players]
    assert sum(line["score"] for line in ended[0]["final_leaderboard"]) == 16
    assert [len(player.events["vote_update"]) for player in players] == [16] * 8
    await asyncio.gather(*(player.close() for player in players))


async def open_room(url: str, host: Account, **options: Any) -> str:
    async with Rest(url, host) as rest:
        status, room = await rest.call("POST", "/api/rooms", options)
    assert status == 201, room
    return str(room["code"])


@pytest.mark.slow
async def test_three_doors_lead_to_one_room(live_server_process: LiveServer) -> None:
    """Socket.IO, Channels and REST play one game; each hears what the others do."""
    await play_through_three_doors(live_server_process.url, live_server_process.url)


async def play_through_three_doors(url: str, other_url: str) -> None:
    accounts = await register(url, 3)
    code = await open_room(url, accounts[0], total_rounds=1, results_seconds=1)
    first = await SocketPlayer(accounts[0]).connect(url)
    await first.do("join_room", room_code=code)
    async with ChannelsPlayer(accounts[1], other_url, code) as second, Rest(other_url, accounts[2]) as third:
        await second.do("join_room")
        assert (await second.heard("room_state"))["participant_count"] == 2
        status, _ = await third.call("POST", "/api/rooms/join", {"code": code})
        assert status == 200
        assert (await first.heard("player_joined", 3))["participant_count"] == 3
        await first.do("start_game", room_code=code)
        round_id = (await second.heard("game_started"))["round_id"]
        path = f"/api/game/rounds/{round_id}"
        assert (await third.call("POST", f"{path}/answer", {"content": "by REST"}))[0] == 201
        assert (await first.heard("answer_submitted"))["submitted_count"] == 1
        await first.do("submit_answer", room_code=code, round_id=round_id, answer="by Socket.IO")
        await second.do("submit_answer", round_id=round_id, answer="by Channels")
        ballots = [await one.heard("voting_started") for one in (first, second)]
        assert all(len(ballot["answers"]) == 3 for ballot in ballots)
        own = {one["content"] for ballot in ballots for one in ballot["answers"] if one["is_own_answer"]}
        assert own == {"by Socket.IO", "by Channels"}
        target = next(one["id"] for one in ballots[0]["answers"] if one["content"] == "by REST")
        await first.do("submit_vote", room_code=code, round_id=round_id, answer_id=target)
        await second.do("submit_vote", round_id=round_id, answer_id=target)
        mine = next(one["id"] for one in ballots[0]["answers"] if one["is_own_answer"])
        assert (await third.call("POST", f"{path}/vote", {"answer_id": mine}))[0] == 201
        for one in (first, second):
            board = (await one.heard("round_ended"))["leaderboard"]
            assert [line["score"] for line in board] == [2, 1, 0]
            assert (await one.heard("game_ended"))["reason"] == "completed"
    await first.close()


@pytest.mark.services
async def test_two_web_processes_serve_one_room(
    live_server_process: LiveServer,
) -> None:
    if not settings.SERVICES:
        pytest.skip("a second process needs Postgres and Redis")
    other = LiveServer(live_server_process.environment, web_only=True).start()
    try:
        await play_through_three_doors(live_server_process.url, other.url)
    finally:
        other.stop()


@pytest.mark.slow
async def test_a_killed_server_goes_on_in_every_phase(live_environment: dict[str, str]) -> None:
    """SIGKILL while answering, voting and showing results; players come back and miss nothing."""
    server = LiveServer(live_environment).start()
    try:
        accounts = await register(server.url, 3)
        code = await open_room(server.url, accounts[0], total_rounds=2, results_seconds=3)
        players = await seat(server.url, code, accounts)
        await players[0].do("start_game", room_code=code)
        where = {"room_code": code, "round_id": (await players[2].heard("game_started"))["round_id"]}
        await players[0].do("submit_answer", **where, answer="before")
        ends_at = (await state_of(players[0], code))["round"]["ends_at"]
        players = await restart(server, code, accounts)
        state = await players[0].heard("room_state")
        assert (state["round"]["ends_at"], state["round"]["submitted_count"]) == (ends_at, 1)
        for player in players[1:]:
            await player.do("submit_answer", **where, answer="after")
        ballot = (await players[0].heard("voting_started"))["answers"]
        choice = next(one["id"] for one in ballot if not one["is_own_answer"])
        await players[0].do("submit_vote", **where, answer_id=choice)
        players = await restart(server, code, accounts)
        state = await players[0].heard("room_state")
        assert (state["round"]["status"], state["round"]["my_vote"]) == ("voting", choice)
        assert [one["id"] for one in state["round"]["answers"]] == [one["id"] for one in ballot]
        await players[0].do("end_round", **where)
        await players[1].heard("round_ended")
        players = await restart(server, code, accounts)
        assert (await players[0].heard("room_state"))["leaderboard"][0]["score"] == 1
        states = [*players[0].events["room_state"], *players[0].events["round_started"]]
        if all((one.get("round") or one).get("round_number") != 2 for one in states):
            assert (await players[0].heard("round_started"))["round_number"] == 2
        await asyncio.gather(*(player.close() for player in players))
    finally:
        server.stop()


async def seat(url: str, code: str, accounts: list[Account]) -> list[SocketPlayer]:
    players = [await SocketPlayer(account).connect(url) for account in accounts]
    for player in players:
        await player.do("join_room", room_code=code)
    return players


async def state_of(player: SocketPlayer, code: str) -> dict[str, Any]:
    """A fresh ``room_state``, as a reconnecting client gets it."""
    count = len(player.events["room_state"])
    await player.do("join_room", room_code=code)
    state: dict[str, Any] = await player.heard("room_state", count + 1)
    return state


async def restart(server: LiveServer, code: str, accounts: list[Account]) -> list[SocketPlayer]:
    server.kill()
    server.start()
    return await seat(server.url, code, accounts)


@pytest.mark.slow
async def test_phases_end_by_themselves_within_a_second_or_so(live_server_process: LiveServer) -> None:
    url = live_server_process.url
    accounts = await register(url, 2)
    code = await open_room(url, accounts[0], total_rounds=1, answer_seconds=2, vote_seconds=2, results_seconds=1)
    players = await seat(url, code, accounts)
    loop = asyncio.get_running_loop()
    await players[0].do("start_game", room_code=code)
    started, round_id = loop.time(), (await players[1].heard("game_started"))["round_id"]
    await players[0].do("submit_answer", room_code=code, round_id=round_id, answer="alone")
    await players[1].heard("voting_started")
    answered = loop.time()
    await players[1].heard("round_ended")
    voted = loop.time()
    assert 1.8 <= answered - started <= 4.5
    assert 1.8 <= voted - answered <= 4.5
    await players[1].heard("game_ended")
    await asyncio.gather(*(player.close() for player in players))


@pytest.mark.slow
async def test_a_dead_token_is_refused_and_closes_its_sockets(live_server_process: LiveServer) -> None:
    url = live_server_process.url
    account = (await register(url, 1))[0]
    code = await open_room(url, account)
    player = await SocketPlayer(account).connect(url)
    async with ChannelsPlayer(account, url, code) as channels, Rest(url, account) as rest:
        await player.do("join_room", room_code=code)
        assert (await rest.call("POST", "/api/auth/logout"))[0] == 200
        await asyncio.wait_for(player.client.wait(), 10)
        assert await channels.close_code() == 4401
    with pytest.raises(socketio.exceptions.ConnectionError):
        await SocketPlayer(account).connect(url)


KNOWN = ["join_room", "leave_room", "start_game", "submit_answer", "start_voting"]
KNOWN += ["submit_vote", "end_round", "next_round", "kick_player", "rematch"]


def broken_frame(chance: random.Random, code: str, ids: list[str]) -> tuple[str, Any]:
    """A command with a payload of wrong types, sizes, order, or with other people's ids."""
    junk: list[Any] = [
        None,
        True,
        -1,
        1e308,
        "",
        "x" * chance.choice([1, 33, 501, 300_000]),
        [],
        [[]],
        {},
        {"$ne": 1},
        "\x00",
        "\U0001f600",
        "' OR 1=1 --",
        b"\x00\xff",
        2**53,
        *ids,
    ]
    name = chance.choice([*KNOWN, "", "connect_error", "message", "drop_table", "__init__"])
    if chance.random() < 0.2:
        return name, chance.choice(junk)
    fields = ("room_code", "round_id", "answer_id", "answer", "user_id", "as_spectator")
    payload = {field: chance.choice(junk) for field in fields if chance.random() < 0.8}
    if payload.get("as_spectator") is True:
        payload["as_spectator"] = "true"  # watching is nobody's privilege, so true itself would be well-formed
    # Another room's code, or one that leads nowhere: this player has no place in either.
    return name, payload | {"room_code": chance.choice([code, "ZZZZZZ", payload.get("room_code")])}


@pytest.mark.parametrize("frames", [2_000, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_broken_frames_get_error_acks(live_server_process: LiveServer, frames: int) -> None:
    url, chance = live_server_process.url, random.Random(20260302)
    accounts = await register(url, 4)
    code = await open_room(url, accounts[0], total_rounds=1)
    players = await seat(url, code, accounts[:3])
    await players[0].do("start_game", room_code=code)
    round_id = (await players[0].heard("game_started"))["round_id"]
    intruder = await SocketPlayer(accounts[3]).connect(url)
    ids = [round_id, str(uuid4()), accounts[0].user_id, code]
    for _ in range(frames):
        name, payload = broken_frame(chance, code, ids)
        ack = await intruder.client.call(name, payload, timeout=20)
        assert ack["success"] is False, (name, payload, ack)
        assert ack["code"] != "internal_error", (name, payload)
        assert "SELECT" not in ack["error"]
    state = await state_of(players[1], code)
    assert (state["round"]["status"], state["participant_count"]) == ("answering", 3)
    await asyncio.gather(*(player.close() for player in [*players, intruder]))


@pytest.mark.slow
async def test_the_npm_client_plays_unchanged(live_server_process: LiveServer, tmp_path: Path) -> None:
    """npm's socket.io-client 4: one player on WebSocket, one on long-polling with upgrade, one on long-polling."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        assert not os.environ.get("CI"), "CI has to have node and npm for this test"
        pytest.skip("node and npm are not installed here")
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "socket.io-client@4"]
    await asyncio.to_thread(subprocess.run, install, cwd=tmp_path, check=True, timeout=120)
    url = live_server_process.url
    accounts = await register(url, 3)
    code = await open_room(url, accounts[0], total_rounds=1, results_seconds=1)
    script = Path(__file__).with_name("npm_client.js")
    shutil.copy(script, tmp_path / script.name)
    tokens = [account.token for account in accounts]
    command = ["node", script.name, json.dumps({"url": url, "code": code, "tokens": tokens})]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["transports"] == ["websocket", "polling", "websocket"]
    assert sum(line["score"] for line in result["final_leaderboard"]) == 3
    assert result["vote_updates"] == [3, 3, 3]
