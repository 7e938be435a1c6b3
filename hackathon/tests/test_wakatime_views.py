"""The webhook over HTTP: three shapes, two ways to be believed, counted once."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from hackathon.models import CodingReport, Hackathon, Participant
from hackathon.rules.enums import GameStatus, PersonStatus
from hackathon.tests.playing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/webhooks/wakatime"
SECRET = "a secret between two"


@pytest.fixture
def person(client: APIClient) -> int:
    client.get("/api/game/state")
    return Participant.objects.earliest("id").pk


def send(client: APIClient, person: int, **body: Any) -> Any:
    return client.post(PATH, {"participant_id": person, **body}, format="json")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_simple_bodies_count_once_and_keep_what_is_unknown(client: APIClient, person: int) -> None:
    for counted in (3600.0, 0.0):
        answer = send(client, person, coding_time=3600, languages={"Rust": 3600}, editor="ed")
        assert (answer.status_code, answer.json()) == (200, {"success": True, "counted_seconds": counted})
    worker = Participant.objects.get(pk=person)
    assert (worker.hours, worker.streak, worker.idle_days) == (1.0, 1, 0)
    assert CodingReport.objects.get().body["editor"] == "ed"


def test_a_growing_summary_counts_what_it_grew_by(client: APIClient, person: int) -> None:
    counted = []
    for seconds in (3600, 5400, 5400, 1800):
        day = {"grand_total": {"total_seconds": seconds}, "range": {"date": "2026-03-01"}}
        counted.append(send(client, person, data=[day]).json()["counted_seconds"])
    assert counted == [3600, 1800, 0, 0]


def test_heartbeats_count_once(client: APIClient, person: int) -> None:
    beats = [{"time": 1_772_000_000 + 60 * place, "entity": "main.rs"} for place in range(11)]
    assert send(client, person, heartbeats=beats[:6]).json()["counted_seconds"] == 300
    assert send(client, person, heartbeats=beats).json()["counted_seconds"] == 300


def test_twenty_deliveries_at_once_count_once(client: APIClient, person: int) -> None:
    at_once(20, lambda _: send(client, person, coding_time=7200))
    assert Participant.objects.get(pk=person).hours == 2.0


def test_a_signed_delivery_needs_no_login(api: APIClient, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"wakatime_secret": SECRET}))
    body = json.dumps({"participant_id": person, "coding_time": 60}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    def deliver(sent: bytes, signed: str) -> Any:
        return api.post(PATH, sent, content_type="application/json", headers={"X-Signature": signed})

    assert deliver(body, f"sha256={signature}").json()["counted_seconds"] == 60
    assert code_of(deliver(body + b" ", signature)) == (401, "not_signed")
    assert code_of(deliver(body, "é")) == (401, "not_signed")


def test_without_a_secret_no_signature_is_genuine(api: APIClient, person: int) -> None:
    body = json.dumps({"participant_id": person, "coding_time": 60}).encode()
    signature = hmac.new(b"", body, hashlib.sha256).hexdigest()
    answer = api.post(PATH, body, content_type="application/json", headers={"X-Signature": signature})
    assert code_of(answer) == (401, "not_signed")


def test_refusals(client: APIClient, stranger: APIClient, api: APIClient, person: int) -> None:
    assert code_of(send(api, person, coding_time=1)) == (401, "not_signed")
    assert code_of(send(stranger, person, coding_time=1)) == (403, "not_your_participant")
    assert code_of(send(client, 10**9, coding_time=1)) == (404, "participant_not_found")
    assert code_of(send(client, person)) == (400, "invalid")
    assert code_of(send(client, person, heartbeats=[{}])) == (400, "invalid")
    Participant.objects.update(status=PersonStatus.QUIT)
    assert code_of(send(client, person, coding_time=1)) == (409, "participant_gone")
    Hackathon.objects.update(status=GameStatus.PAUSED)
    assert code_of(send(client, person, coding_time=1)) == (409, "game_paused")
    Hackathon.objects.update(status=GameStatus.LOST)
    assert code_of(send(client, person, coding_time=1)) == (409, "game_over")
