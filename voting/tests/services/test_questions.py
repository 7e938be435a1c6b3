"""A game's questions, written by a real server that speaks OpenAI's protocol well, slowly, badly or not at all."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from npcs.tests.openai_server import OpenAIServer, running_server
from tommy.core import clock, jobs
from voting import catalogue, errors, selectors, services
from voting.models import AskedQuestion, Room, Round
from voting.rules import Phase, RoomStatus
from voting.tests.factories import answer_all, make_room, vote_round
from voting.tests.observing import Capture, types

pytestmark = pytest.mark.django_db(transaction=True)  # what an AI has written is written by another thread
WRITTEN = [f"What would a duck say about number {number}, if it could?" for number in range(20)]


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The jobs asked for; no worker runs here."""
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda name, **arguments: asked.append((name, arguments)))
    return asked


@pytest.fixture
def ai(settings: Any) -> Iterator[OpenAIServer]:
    with running_server() as server:
        server.say = lambda body: json.dumps({"questions": WRITTEN[:3]})
        known = {"ai_enabled": True, "ai_base_url": server.url, "ai_model": "test-model-1"}
        settings.ENV = settings.ENV.model_copy(update=known)
        yield server


def start(players: list[User], now: datetime, **options: Any) -> Room:
    room = make_room(players, now, total_rounds=3, **options)
    return again(room, players, now)


def again(room: Room, players: list[User], now: datetime) -> Room:
    services.game_start(code=room.code, user_id=players[0].pk, now=now)
    room.refresh_from_db()
    return room


def write(room: Room, now: datetime) -> Room:
    if writing := services.questions_write(room_id=room.pk, game=room.game, clock=lambda: now):
        writing.result()
    room.refresh_from_db()
    return room


def asked(room: Room) -> list[str]:
    rounds = Round.objects.filter(room=room, game=room.game).order_by("number")
    return list(rounds.values_list("question", flat=True))


def finish(room: Room, players: list[User], now: datetime) -> None:
    for _ in range(3):
        vote_round(room, players, answer_all(room, players, now), now)
        services.round_next(code=room.code, user_id=players[0].pk, now=now)
        room.refresh_from_db()


def test_clients_see_that_questions_are_being_written(
    ai: OpenAIServer, now: datetime, capture_events: Capture, enqueued: list[Any]
) -> None:
    players = UserFactory.create_batch(2)
    with capture_events() as events:
        room = start(players, now)
    assert types(events)[-1] == "game_preparing"
    assert events[-1][1]["frame"]["data"]["ends_at"] == clock.isoformat(now + timedelta(seconds=4.5))
    assert enqueued == [("voting.write_questions", {"room_id": str(room.pk), "game": 1})]
    assert (room.status, room.phase) == (RoomStatus.PLAYING, Phase.PREPARING)
    state = selectors.room_state(selectors.picture_of(room.code), players[1].pk, now)
    assert (state["room"]["phase"], state["round"]) == ("preparing", None)
    with pytest.raises(errors.GameStarted):
        services.game_start(code=room.code, user_id=players[0].pk, now=now)
    with pytest.raises(errors.RoundNotFound):
        services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="early", now=now)


def test_written_questions_are_asked_with_the_full_time(
    ai: OpenAIServer, now: datetime, capture_events: Capture
) -> None:
    room = start(UserFactory.create_batch(2), now)
    later = now + timedelta(seconds=2)
    with capture_events(expected=1) as events:
        write(room, later)
    data = events[0][1]["frame"]["data"]
    assert (types(events), data["question"], data["round_id"]) == (["game_started"], WRITTEN[0], str(room.round_id))
    assert asked(room) == WRITTEN[:3]
    assert (room.phase, room.deadline) == (Phase.ANSWERING, later + timedelta(seconds=60))
    with capture_events(expected=0):
        write(room, later)  # a job delivered twice


@pytest.mark.parametrize("mode", ["hang", "malformed", "shapeless", "500", "429", "cut", "enormous"])
def test_an_upstream_that_fails_costs_three_seconds_and_no_game(ai: OpenAIServer, now: datetime, mode: str) -> None:
    ai.mode = mode
    room = start(UserFactory.create_batch(2), now)
    drawn, begun = asked(room), time.monotonic()
    write(room, now)
    assert time.monotonic() - begun < 6
    assert (room.phase, asked(room)) == (Phase.ANSWERING, drawn)
    assert set(drawn) <= {question.text for question in catalogue.pool(room.pack)}


def test_a_slow_upstream_is_waited_for(ai: OpenAIServer, now: datetime) -> None:
    ai.mode, ai.delay = "slow", 1.0
    room = write(start(UserFactory.create_batch(2), now), now)
    assert asked(room) == WRITTEN[:3]


def test_without_a_worker_the_sweep_begins_the_game(ai: OpenAIServer, now: datetime, capture_events: Capture) -> None:
    room = start(UserFactory.create_batch(2), now)
    drawn = asked(room)
    services.rooms_settle(now=now + timedelta(seconds=4))
    room.refresh_from_db()
    assert room.phase == Phase.PREPARING
    late = now + timedelta(seconds=5)
    with capture_events(expected=1) as events:
        services.rooms_settle(now=late)
        write(room, late)  # what comes after that changes nothing
    assert types(events) == ["game_started"]
    assert asked(room) == drawn


def test_nobody_hears_a_question_twice(ai: OpenAIServer, now: datetime) -> None:
    """An AI that repeats itself is not listened to: neither in a rematch, nor in another room with one of the group."""
    players = UserFactory.create_batch(3)
    room = write(start(players, now), now)
    first = asked(room)
    finish(room, players, now)
    services.game_rematch(code=room.code, user_id=players[0].pk, now=now)
    room.refresh_from_db()
    second = asked(write(again(room, players, now), now))
    assert not set(first) & set(second)
    assert all(text in ai.requests[-1]["messages"][-1]["content"] for text in first)
    other = write(start([UserFactory(), players[2]], now), now)
    assert not set(asked(other)) & set(first)
    assert AskedQuestion.objects.filter(user=players[2]).count() == 5


def test_what_the_room_would_mask_is_not_asked(ai: OpenAIServer, now: datetime) -> None:
    ai.say = lambda body: json.dumps({"questions": ["What is the worst shit you have read?", *WRITTEN[:2]]})
    room = write(start(UserFactory.create_batch(2), now, profanity="strict"), now)
    assert not any("shit" in text or "*" in text for text in asked(room))


def test_who_leaves_while_questions_are_written_stops_nothing(ai: OpenAIServer, now: datetime) -> None:
    players = UserFactory.create_batch(3)
    room = start(players, now)
    services.room_leave(code=room.code, user_id=players[0].pk, now=now)
    assert write(room, now).phase == Phase.ANSWERING
    assert room.host_id == players[1].pk
