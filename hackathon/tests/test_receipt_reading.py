"""Receipts seen by a model: by a real server of OpenAI's kind, after the answer, and whatever becomes of it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from hackathon.models import Hackathon, Receipt
from hackathon.rules.receipts import Reading, Verdict
from hackathon.services import receipt_reading
from hackathon.tests.factories import begin_game
from hackathon.tests.test_receipt_views import PICTURE, hand_in
from npcs.tests.openai_server import OpenAIServer, running_server
from tommy.core import clock, jobs
from tommy.core.overload import Stage, stages
from tommy.core.selectors import notifications_after

pytestmark = pytest.mark.django_db(transaction=True)
FAKE = {"verdict": "fake", "confidence": 0.9, "reasons": ["The sum at the bottom was written over."]}
VALID = {"verdict": "valid", "confidence": 1.0, "reasons": []}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    # Answers kept for another test are not this one's.
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def ai(settings: Any) -> Iterator[OpenAIServer]:
    before = settings.ENV
    with running_server() as server:
        changes = {"ai_enabled": True, "ai_base_url": server.url, "ai_model": "test-model-1"}
        settings.ENV = before.model_copy(update=changes)
        yield server
        settings.ENV = before


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The jobs that would have been put on the queue."""
    queue: list[dict[str, Any]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda name, **arguments: queue.append({"name": name, **arguments}))
    monkeypatch.setattr(receipt_reading, "enqueue", lambda name, **arguments: queue.append({"name": name, **arguments}))
    return queue


@pytest.fixture
def game(now: datetime) -> Hackathon:
    return begin_game(now)


@pytest.fixture
def client(game: Hackathon, login_as: Callable[..., APIClient]) -> APIClient:
    return login_as(game.user)


def read(now: datetime) -> bool | None:
    reading = receipt_reading.receipt_read(receipt_id=Receipt.objects.latest("id").pk, now=now)
    return reading.result() if reading else None


def test_a_second_look_takes_trust_away_and_tells_the_player(
    client: APIClient, game: Hackathon, ai: OpenAIServer, sent: list[dict[str, Any]], now: datetime
) -> None:
    ai.say = lambda body: json.dumps(FAKE)
    first = hand_in(client, game, vendor="Bakery").json()
    assert (first["ai_validation"], ai.requests) == ("valid", [])
    assert sent == [{"name": "hackathon.read_receipt", "receipt_id": first["receipt_id"]}]
    assert read(now) is True
    after = client.get(f"/api/receipts/{first['receipt_id']}").json()
    assert (after["ai_validation"], after["status"], after["confidence"]) == ("fake", "rejected", 0.7)
    assert [reason["code"] for reason in after["reasons"]] == ["reader_disagrees"]
    assert after["reader_notes"] == FAKE["reasons"]
    frames = [frame["data"] for frame in notifications_after(game.user_id, 0) if frame["type"] == "game_event"]
    assert frames[-1]["kind"] == "receipt_judged"
    assert (frames[-1]["receipt_id"], frames[-1]["ai_validation"]) == (first["receipt_id"], "fake")
    assert game.participants.get(pk=first["participant_id"]).suspicious == 1
    assert read(now) is None
    assert len(ai.requests) == 1


def test_what_it_believes_stays(
    client: APIClient, game: Hackathon, ai: OpenAIServer, sent: list[dict[str, Any]], now: datetime
) -> None:
    ai.say = lambda body: json.dumps(VALID)
    hand_in(client, game)
    assert read(now) is False
    receipt = Receipt.objects.get()
    assert (receipt.verdict, receipt.reading) == (Verdict.VALID, Reading.DONE)


@pytest.mark.parametrize("mode", ["malformed", "shapeless", "500", "cut"])
def test_trouble_with_the_ai_changes_nothing(
    mode: str, client: APIClient, game: Hackathon, ai: OpenAIServer, sent: list[dict[str, Any]], now: datetime
) -> None:
    ai.mode = mode
    assert hand_in(client, game).status_code == 201
    assert read(now) is False
    assert Receipt.objects.get().reading == Reading.NO_ANSWER


def test_a_hanging_ai_holds_up_nobody(
    client: APIClient, game: Hackathon, ai: OpenAIServer, sent: list[dict[str, Any]]
) -> None:
    ai.mode = "hang"
    started = time.perf_counter()
    assert hand_in(client, game).status_code == 201
    assert time.perf_counter() - started < 3
    assert ai.requests == []


def test_where_there_is_no_ai_nothing_is_due(client: APIClient, game: Hackathon, sent: list[dict[str, Any]]) -> None:
    hand_in(client, game)
    assert (Receipt.objects.get().reading, sent) == (Reading.NONE, [])


def test_copies_and_forgeries_are_not_worth_a_look(
    client: APIClient, game: Hackathon, ai: OpenAIServer, sent: list[dict[str, Any]]
) -> None:
    for _ in range(2):
        hand_in(client, game, PICTURE)
    hand_in(client, game, None)
    assert len(sent) == 1


def test_it_is_put_off_while_the_server_has_enough_to_do(
    client: APIClient,
    game: Hackathon,
    ai: OpenAIServer,
    sent: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ai.say = lambda body: json.dumps(FAKE)
    hand_in(client, game)
    now = clock.now()
    with monkeypatch.context() as strained:
        strained.setattr(stages, "_stage", Stage.STRAINED)
        assert read(now) is None
        assert receipt_reading.receipts_read_again(now=now + timedelta(hours=1)) == 0
    assert ai.requests == []
    assert receipt_reading.receipts_read_again(now=now) == 0
    assert receipt_reading.receipts_read_again(now=now + timedelta(hours=1)) == 1
    assert sent[0] == sent[1]
    assert receipt_reading.receipts_read_again(now=now + timedelta(days=2)) == 0
    assert Receipt.objects.get().reading == Reading.NO_ANSWER


def test_an_opinion_that_comes_after_the_receipt_is_gone_is_dropped(
    client: APIClient, game: Hackathon, ai: OpenAIServer, sent: list[dict[str, Any]], now: datetime
) -> None:
    """The player deletes the game, or goes back to before, while the model still looks."""
    hand_in(client, game)

    def delete() -> None:
        Hackathon.objects.all().delete()
        connection.close()

    def say(body: dict[str, Any]) -> str:
        deleting = threading.Thread(target=delete)
        deleting.start()
        deleting.join()
        return json.dumps(FAKE)

    ai.say = say
    assert read(now) is False
    assert (len(ai.requests), Receipt.objects.count()) == (1, 0)
