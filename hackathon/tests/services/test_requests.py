"""Stipends and flights: money moves exactly once, suspicious claims are turned down, flights live."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from hackathon import catalogue, errors
from hackathon.models import Hackathon, LedgerEntry, Participant, Request
from hackathon.rules.enums import FlightState, RequestStatus
from hackathon.services import requests
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import act, at_once, play
from tommy.core.selectors import notifications_after

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = requests.Plan("Lisbon", "San Francisco", datetime(2026, 4, 1).date(), datetime(2026, 4, 9).date())  # noqa: DTZ001


def first(game: Hackathon) -> Participant:
    person = game.participants.order_by("number").first()
    assert person is not None
    return person


def ask(game: Hackathon, now: datetime, **changes: Any) -> Request:
    claim = {"amount": Decimal("120.50"), "justification": "Two nights of night trains.", "receipt_urls": []}
    person = first(game)
    return requests.stipend_request(user_id=game.user_id, participant_id=person.pk, now=now, **{**claim, **changes})


def decide(stipend: Request, decision: str, now: datetime, notes: str | None = None) -> Request:
    return requests.stipend_decide(
        user_id=stipend.hackathon.user_id, stipend_id=stipend.pk, decision=decision, admin_notes=notes, now=now
    )


def paid(game: Hackathon) -> int:
    """Cents that have left the budget, by the ledger."""
    mine = LedgerEntry.objects.filter(hackathon=game, amount_cents__lt=0)
    return -(mine.aggregate(sum=Sum("amount_cents"))["sum"] or 0)


class TestStipends:
    def test_approving_pays_once_however_often_and_by_whatever_way(self, now: datetime) -> None:
        game = begin_game(now)
        stipend = ask(game, now)
        assert decide(stipend, "approved", now, "fine").claim.admin_notes == "fine"
        decide(stipend, "approved", now)
        with pytest.raises(errors.RequestClosed):
            act(game, "approve", now, stipend.pk)
        with pytest.raises(errors.RequestClosed):
            decide(stipend, "denied", now)
        game.refresh_from_db()
        assert (paid(game), game.budget_cents) == (12_050, 3_000_000 - 12_050)

    def test_fifty_approvals_at_once_pay_once(self, now: datetime) -> None:
        game = begin_game(now)
        stipend = ask(game, now)
        assert at_once(50, lambda _: decide(stipend, "approved", now)) == {"ok": 50}
        assert paid(game) == 12_050

    def test_denying_pays_nothing(self, now: datetime) -> None:
        game = begin_game(now)
        stipend = decide(ask(game, now), "denied", now, "not this time")
        assert (stipend.status, stipend.claim.admin_notes, paid(game)) == (RequestStatus.DENIED, "not this time", 0)

    def test_a_suspicious_one_is_denied_by_itself_and_raises_a_fraud_event(self, now: datetime) -> None:
        game = begin_game(now)
        stipend = ask(game, now, amount=Decimal(5000))
        assert stipend.status == RequestStatus.DENIED
        assert stipend.reason_words == ["unusual_amount", "no_papers"]
        assert first(game).suspicious == 1
        frames = notifications_after(game.user_id, 0)
        assert "fraud_suspected" in [frame["data"].get("kind") for frame in frames]
        assert paid(game) == 0

    def test_the_second_suspicious_one_flags_the_person(self, now: datetime) -> None:
        game = begin_game(now)
        for _ in range(2):
            ask(game, now, amount=Decimal(5000))
        assert first(game).flagged
        assert "receipt_flagged" in [frame["type"] for frame in notifications_after(game.user_id, 0)]
        assert ask(game, now).status == RequestStatus.DENIED

    def test_a_person_has_only_so_many_open(self, now: datetime) -> None:
        game = begin_game(now)
        limit = catalogue.rules().requests.claims.open_per_person
        outcomes = at_once(limit + 3, lambda number: ask(game, now, amount=Decimal(10 + number)))
        assert outcomes == {"ok": limit, "too_many_requests": 3}

    def test_who_has_left_asks_for_nothing(self, now: datetime) -> None:
        game = begin_game(now)
        Participant.objects.update(status=1)
        with pytest.raises(errors.ParticipantGone):
            ask(game, now)


class TestFlights:
    def test_a_flight_is_booked_paid_and_flown(self, now: datetime) -> None:
        game = begin_game(now)
        person = first(game)
        flight = requests.flight_request(user_id=game.user_id, participant_id=person.pk, plan=PLAN, now=now)
        assert flight.journey == FlightState.REQUESTED
        with pytest.raises(errors.FlightUnderWay):
            requests.flight_request(user_id=game.user_id, participant_id=person.pk, plan=PLAN, now=now)
        act(game, "approve", now, flight.pk)
        flight.refresh_from_db()
        assert (flight.journey, paid(game)) == (FlightState.BOOKED, flight.amount_cents)
        Hackathon.objects.update(reputation=100, legal=0)
        play(flight.due_tick + 8, now)
        flight.refresh_from_db()
        assert flight.journey in {FlightState.FLOWN, FlightState.CANCELLED}
        assert first(game).flight == flight.journey

    def test_a_denied_flight_stays_on_the_ground(self, now: datetime) -> None:
        game = begin_game(now)
        flight = requests.flight_request(user_id=game.user_id, participant_id=first(game).pk, plan=PLAN, now=now)
        act(game, "deny", now, flight.pk)
        flight.refresh_from_db()
        assert (flight.journey, paid(game)) == (FlightState.DENIED, 0)
