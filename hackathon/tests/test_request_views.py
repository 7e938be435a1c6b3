"""Stipends and flights over HTTP: success, and each refusal."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from hackathon.models import Hackathon, Participant
from hackathon.rules.enums import GameStatus, PersonStatus

pytestmark = pytest.mark.django_db(transaction=True)
STIPEND = {"amount": 80, "justification": "A bunk bed for the night train."}
FLIGHT = {
    "departure_city": "Lisbon",
    "arrival_city": "San Francisco",
    "departure_date": "2026-04-01",
    "return_date": "2026-04-09",
}


@pytest.fixture
def person(client: APIClient) -> int:
    client.get("/api/game/state")
    return Participant.objects.earliest("id").pk


def post(client: APIClient, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(path, body, format="json", **headers)


def ask(client: APIClient, person: int, **changes: Any) -> Any:
    return post(client, "/api/stipends/request", {"participant_id": person, **STIPEND, **changes})


def decide(client: APIClient, stipend: int, status: str, **more: Any) -> Any:
    return client.put(f"/api/stipends/{stipend}/approve", {"status": status, **more}, format="json")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_stipend_from_request_to_payment(client: APIClient, person: int) -> None:
    made = ask(client, person, receipt_urls=["https://example.org/receipt.pdf"])
    assert made.status_code == 201
    stipend = made.json()["stipend_id"]
    assert (made.json()["status"], made.json()["amount"], made.json()["participant_id"]) == ("pending", 80.0, person)
    assert client.get(f"/api/stipends/{stipend}").json() == made.json()
    for _ in range(2):
        done = decide(client, stipend, "approved", admin_notes="welcome")
        assert (done.status_code, done.json()["status"], done.json()["admin_notes"]) == (200, "approved", "welcome")
    state = client.get("/api/game/state").json()
    assert (state["budget_left"], state["budget_used"]) == (29_920.0, 80.0)
    assert code_of(decide(client, stipend, "denied")) == (409, "request_closed")


def test_a_suspicious_stipend_comes_back_denied_with_reasons_in_words(client: APIClient, person: int) -> None:
    made = ask(client, person, amount=4000, justification="Because").json()
    assert (made["status"], made["suspicion"]) == ("denied", 1.0)
    assert made["reasons"] == [
        "The amount is unusually high.",
        "The reasons given are thin.",
        "A sum like this needs receipts, and there are none.",
    ]


def test_a_retried_request_is_entered_once(client: APIClient, person: int) -> None:
    body = {"participant_id": person, **STIPEND}
    first, again = (post(client, "/api/stipends/request", body, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert first.json() == again.json()


@pytest.mark.parametrize(
    "change", [{"amount": 0}, {"amount": "x"}, {"receipt_urls": ["no url"]}, {"participant_id": 0}]
)
def test_malformed_stipends(client: APIClient, person: int, change: dict[str, Any]) -> None:
    assert code_of(ask(client, person, **change)) == (400, "invalid")


def test_refusals_of_stipends(client: APIClient, stranger: APIClient, person: int) -> None:
    stipend = ask(client, person).json()["stipend_id"]
    assert code_of(ask(client, 10**9)) == (404, "participant_not_found")
    assert code_of(ask(stranger, person)) == (403, "not_your_participant")
    assert code_of(client.get(f"/api/stipends/{10**9}")) == (404, "stipend_not_found")
    assert code_of(stranger.get(f"/api/stipends/{stipend}")) == (403, "not_your_request")
    assert code_of(decide(stranger, stipend, "approved")) == (403, "not_your_request")
    assert code_of(decide(client, stipend, "perhaps")) == (400, "invalid")
    Hackathon.objects.update(budget_cents=100)
    assert code_of(decide(client, stipend, "approved")) == (409, "not_enough_money")
    Hackathon.objects.update(ap=0)
    assert code_of(decide(client, stipend, "denied")) == (409, "not_enough_ap")
    Participant.objects.filter(pk=person).update(status=PersonStatus.QUIT)
    assert code_of(ask(client, person)) == (409, "participant_gone")


@pytest.mark.parametrize(("status", "code"), [(GameStatus.PAUSED, "game_paused"), (GameStatus.LOST, "game_over")])
def test_a_game_that_stands_takes_no_requests(client: APIClient, person: int, status: GameStatus, code: str) -> None:
    stipend = ask(client, person).json()["stipend_id"]
    Hackathon.objects.update(status=status)
    assert code_of(ask(client, person)) == (409, code)
    assert code_of(decide(client, stipend, "approved")) == (409, code)
    assert code_of(post(client, "/api/flights/request", {"participant_id": person, **FLIGHT})) == (409, code)


def test_a_flight_is_requested_read_and_booked(client: APIClient, stranger: APIClient, person: int) -> None:
    made = post(client, "/api/flights/request", {"participant_id": person, **FLIGHT})
    assert made.status_code == 201
    flight = made.json()["flight_id"]
    assert (made.json()["status"], made.json()["departure_city"]) == ("requested", "Lisbon")
    again = post(client, "/api/flights/request", {"participant_id": person, **FLIGHT})
    assert code_of(again) == (409, "flight_under_way")
    post(client, "/api/game/action", {"action_type": "approve", "target_id": flight})
    shown = client.get(f"/api/flights/{flight}").json()
    assert (shown["status"], shown["departs_tick"] > 0) == ("booked", True)
    assert code_of(stranger.get(f"/api/flights/{flight}")) == (403, "not_your_request")
    assert code_of(client.get(f"/api/flights/{10**9}")) == (404, "flight_not_found")
    assert code_of(client.get(f"/api/stipends/{flight}")) == (404, "stipend_not_found")


def test_malformed_flights(client: APIClient, person: int) -> None:
    late = {"participant_id": person, **FLIGHT, "return_date": "2026-03-01"}
    assert code_of(post(client, "/api/flights/request", late)) == (400, "invalid")
    assert code_of(post(client, "/api/flights/request", {"participant_id": 10**9, **FLIGHT})) == (
        404,
        "participant_not_found",
    )
