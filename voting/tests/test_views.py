"""REST as a client sees it."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from tommy.core import audit, clock
from tommy.core.models import AuditEntry
from voting import services
from voting.models import Room
from voting.rules import Presence
from voting.tests.factories import answer_all, make_game, make_room, vote_round

pytestmark = pytest.mark.django_db

LoginAs = Callable[[Any], APIClient]


def test_the_eleven_calls_of_a_game(login_as: LoginAs) -> None:
    players = UserFactory.create_batch(2)
    host, guest = map(login_as, players)
    room = host.post("/api/rooms", {"total_rounds": 1}).json()
    assert (room["status"], room["max_players"], room["host_id"]) == ("waiting", 8, str(players[0].pk))
    assert guest.post("/api/rooms/join/", {"code": room["code"].lower()}).status_code == 200
    seen = guest.get(f"/api/rooms/{room['code']}").json()
    assert (seen["participant_count"], seen["round"]) == (2, None)
    started = host.post(f"/api/game/{room['code']}/start").json()
    round_path = f"/api/game/rounds/{started['round_id']}"
    answers = [one.post(f"{round_path}/answer", {"content": "x"}) for one in (host, guest)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["is_own_answer"] is True
    shown = host.get(f"{round_path}/answers").json()
    other = next(line for line in shown if not line["is_own_answer"])
    voted = host.post(f"{round_path}/vote", {"answer_id": other["id"]})
    assert voted.status_code == 201
    assert set(voted.json()) == {"message", "vote_id"}
    scores = host.get(f"/api/game/{room['code']}/leaderboard").json()["scores"]
    assert {line["total_points"] for line in scores} == {0}
    guest.post(f"{round_path}/vote", {"answer_id": answers[0].json()["id"]})
    scores = host.get(f"/api/game/{room['code']}/leaderboard").json()["scores"]
    assert [(line["total_points"], line["round_points"]) for line in scores] == [(1, 1), (1, 1)]
    left = guest.delete(f"/api/rooms/{room['code']}/leave")
    assert (left.status_code, set(left.json())) == (200, {"message", "room_code"})


@pytest.mark.parametrize(
    "body",
    [
        {"max_players": 1},
        {"max_players": 21},
        {"max_players": "8"},
        {"max_players": True},
        {"total_rounds": 11},
        {"answer_seconds": 0},
        {"pack": "nonsense"},
        {"profanity": "very"},
        {"live_votes": "yes"},
        [],
    ],
)
def test_settings_out_of_range_are_refused(login_as: LoginAs, body: Any) -> None:
    answer = login_as(UserFactory()).post("/api/rooms", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    ("content", "status"), [("x" * 500, 201), ("x" * 501, 400), ("   ", 400), (None, 400), (7, 400), ("a\x00b", 400)]
)
def test_the_length_of_answers(login_as: LoginAs, content: Any, status: int) -> None:
    room, players = make_game(2, clock.now())
    path = f"/api/game/rounds/{room.round_id}/answer"
    assert login_as(players[0]).post(path, {"content": content}).status_code == status


def test_strangers_are_kept_out(login_as: LoginAs) -> None:
    room, players = make_game(3, clock.now())
    stranger = login_as(UserFactory())
    answers = answer_all(room, players, clock.now())
    rounds = f"/api/game/rounds/{room.round_id}"
    vote = {"answer_id": str(answers[players[0].pk].pk)}
    refused = [
        stranger.get(f"{rounds}/answers"),
        stranger.post(f"{rounds}/vote", vote),
        stranger.post(f"{rounds}/answer", {"content": "x"}),
        stranger.post(f"/api/game/{room.code}/start"),
        stranger.get(f"/api/game/{room.code}/leaderboard"),
        stranger.get(f"/api/rooms/{room.code}/results"),
        stranger.delete(f"/api/rooms/{room.code}/leave"),
        stranger.post(f"/api/rooms/{room.code}/kick", {"user_id": str(players[1].pk)}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 8
    seen = stranger.get(f"/api/rooms/{room.code}").json()
    assert (seen["round"], seen["watch_code"]) == (None, None)


def test_unknown_things_are_not_found(login_as: LoginAs) -> None:
    client = login_as(UserFactory())
    unknown = [
        client.get("/api/rooms/ZZZZZZ"),
        client.get("/api/rooms/%00"),
        client.post("/api/rooms/join", {"code": "ZZZZZZ"}),
        client.post(f"/api/game/rounds/{uuid4()}/answer", {"content": "x"}),
        client.get(f"/api/game/rounds/{uuid4()}/answers"),
        client.get("/api/game/rounds/7/answers"),
    ]
    assert [answer.status_code for answer in unknown] == [404] * 6
    assert all(answer["Content-Type"] == "application/problem+json" for answer in unknown)


def test_guessing_codes_is_throttled_while_knowing_them_is_not(login_as: LoginAs) -> None:
    client, room = login_as(UserFactory()), make_room([UserFactory()], clock.now())
    tries = [client.get(f"/api/rooms/ZZZZ{index:02}") for index in range(21)]
    assert [answer.status_code for answer in tries] == [404] * 20 + [429]
    assert int(tries[-1]["Retry-After"]) > 0
    assert client.post("/api/rooms/join", {"code": room.code}).status_code == 429
    assert login_as(UserFactory()).post("/api/rooms/join", {"code": room.code}).status_code == 200


def test_a_retried_start_answers_the_same(login_as: LoginAs) -> None:
    players = UserFactory.create_batch(2)
    room, host = make_room(players, clock.now()), login_as(players[0])
    key = {"Idempotency-Key": "start-1"}
    first, second = (host.post(f"/api/game/{room.code}/start", headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert host.post(f"/api/game/{room.code}/start").status_code == 409


def test_results_as_json_and_csv(login_as: LoginAs, now: datetime) -> None:
    room, players = make_game(3, now, total_rounds=1)
    answers = answer_all(room, players, now)
    type(answers[players[0].pk]).objects.filter(author__user=players[0]).update(content="=1+1")
    vote_round(room, players, answers, now)
    client = login_as(players[0])
    body = client.get(f"/api/rooms/{room.code}/results").json()
    assert [round_["round_number"] for round_ in body["rounds"]] == [1]
    assert len(body["rounds"][0]["winners"]) == 3
    sheet = client.get(f"/api/rooms/{room.code}/results?format=csv")
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode())))
    assert {row["username"]: row["content"] for row in rows}[players[0].username] == "'=1+1"
    problem = client.get("/api/rooms/ZZZZZZ/results?format=csv")
    assert problem["Content-Type"] == "application/problem+json"
    for query in ("game=0", "format=xml"):
        assert client.get(f"/api/rooms/{room.code}/results?{query}").status_code == 400


def test_calls_are_signs_of_life(login_as: LoginAs) -> None:
    past = clock.now() - timedelta(minutes=10)
    room, players = make_game(2, past)
    login_as(players[0]).get(f"/api/rooms/{room.code}")
    leases = {one.user_id: one.present_until for one in Room.objects.get(pk=room.pk).participants.all()}
    assert leases[players[0].pk] > clock.now() > leases[players[1].pk]


def test_who_only_answers_and_votes_is_there_as_well(login_as: LoginAs) -> None:
    past = clock.now() - timedelta(minutes=10)
    room, players = make_game(2, past, answer_seconds=600)
    services.rooms_settle(now=clock.now() - timedelta(minutes=2))
    assert {one.presence for one in room.participants.all()} == {Presence.AWAY}
    Room.objects.filter(pk=room.pk).update(deadline=clock.now() + timedelta(minutes=1))
    login_as(players[0]).post(f"/api/game/rounds/{room.round_id}/answer", {"content": "here"})
    seen = room.participants.get(user=players[0])
    assert seen.present_until > clock.now()
    assert seen.presence == Presence.EXPECTED


def test_calls_leave_one_row_in_the_audit_log_and_looks_none(login_as: LoginAs) -> None:
    room, players = make_game(2, clock.now())
    client = login_as(players[0])
    client.get(f"/api/rooms/{room.code}")
    client.post(f"/api/game/rounds/{room.round_id}/answer", {"content": "here"})
    rows = AuditEntry.objects.filter(actor=players[0].pk).values_list("source", "action")
    assert list(rows) == [("rest", "POST api/game/rounds/<uuid:round_id>/answer")]


def test_packs_are_listed(login_as: LoginAs) -> None:
    packs = login_as(UserFactory()).get("/api/voting/packs").json()
    classic = next(pack for pack in packs if pack["name"] == "classic")
    assert classic["question_count"] >= 200


def test_the_audit_log_does_not_say_who_wrote_or_chose_what(login_as: LoginAs) -> None:
    room, players = make_game(3, clock.now())
    answers = answer_all(room, players[1:], clock.now())
    path = f"/api/game/rounds/{room.round_id}"
    client, chosen = login_as(players[0]), answers[players[1].pk].pk
    assert client.post(f"{path}/answer", {"content": "my very own words"}).status_code == 201
    assert client.post(f"{path}/vote", {"answer_id": str(chosen)}).status_code == 201
    rows = AuditEntry.objects.filter(actor_id=players[0].pk, source="rest").order_by("id")
    assert [row.given for row in rows] == [{"content": audit.HIDDEN}, {"answer_id": audit.HIDDEN}]
