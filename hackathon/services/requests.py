"""Stipends and flights that the organiser enters and decides; money moves through the ledger, once."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from hackathon import catalogue
from hackathon.errors import RequestClosed
from hackathon.models import Claim, FlightPlan, Hackathon, Request
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import RequestKind, RequestStatus
from hackathon.rules.parameters import NoParameters
from hackathon.selectors.people import participant_get
from hackathon.selectors.requests import request_get
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.people import check_present
from hackathon.services.saving import shard_save
from hackathon.simulation.actions import apply_action
from hackathon.simulation.actions.base import Act
from hackathon.simulation.actions.claims import file_flight, file_stipend
from hackathon.simulation.effects import Effects
from hackathon.simulation.store import Shard
from tommy.core.audit import note
from tommy.core.db import command

DECISIONS = {"approved": ("approve", RequestStatus.APPROVED), "denied": ("deny", RequestStatus.DENIED)}


class Plan(NamedTuple):
    """Where a flight goes, and when."""

    departure_city: str
    arrival_city: str
    departure_date: date
    return_date: date


def stipend_request(
    *,
    user_id: UUID,
    participant_id: int,
    amount: Decimal,
    justification: str,
    receipt_urls: Sequence[str],
    now: datetime,
) -> Request:
    """Enter a stipend for a participant; ``amount`` in euros. A suspicious one comes back denied, with reasons."""
    rules = catalogue.rules()
    with command():
        act, shard = _act_for(user_id, participant_id, rules)
        number = file_stipend(act, int(amount * 100), justification, len(receipt_urls))
        shard_save(shard=shard, effects=act.effects, rules=rules, now=now)
        stipend = _stored(shard, number)
        Claim.objects.create(request=stipend, justification=justification, receipt_urls=list(receipt_urls))
        note(f"request:{stipend.pk}", {}, {"participant": participant_id, "justification": justification})
        return stipend


def stipend_decide(*, user_id: UUID, stipend_id: int, decision: str, admin_notes: str | None, now: datetime) -> Request:
    """Approve or deny a stipend, by the actions of these names. The same decision again changes and pays nothing.

    Raises RequestClosed where it was decided otherwise, and what the actions refuse.
    """
    action, wanted = DECISIONS[decision]
    rules = catalogue.rules()
    with command():
        stipend = request_get(user_id=user_id, request_id=stipend_id, kind=RequestKind.STIPEND)
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=stipend.hackathon_id)
        stipend.refresh_from_db(fields=["status"])
        if stipend.status == wanted:
            return stipend
        if stipend.status != RequestStatus.OPEN:
            raise RequestClosed
        shard = load_locked(hackathon, rules)
        outcome = apply_action(shard.state, 0, action, stipend.number, None, rules)
        shard_save(shard=shard, effects=outcome.effects, rules=rules, now=now)
        if admin_notes is not None:
            _keep_notes(stipend, admin_notes)
    return request_get(user_id=user_id, request_id=stipend_id, kind=RequestKind.STIPEND)


def _keep_notes(stipend: Request, notes: str) -> None:
    before = Claim.objects.filter(request=stipend).values_list("admin_notes", flat=True).first()
    Claim.objects.update_or_create(request=stipend, defaults={"admin_notes": notes})
    note(f"request:{stipend.pk}", {"admin_notes": before}, {"admin_notes": notes})


def flight_request(*, user_id: UUID, participant_id: int, plan: Plan, now: datetime) -> Request:
    """Enter a flight for a participant. Raises FlightUnderWay where they have one already."""
    rules = catalogue.rules()
    with command():
        act, shard = _act_for(user_id, participant_id, rules)
        number = file_flight(act)
        shard_save(shard=shard, effects=act.effects, rules=rules, now=now)
        flight = _stored(shard, number)
        FlightPlan.objects.create(request=flight, **plan._asdict())
        note(f"request:{flight.pk}", {}, {"participant": participant_id, **plan._asdict()})
        return flight


def _act_for(user_id: UUID, participant_id: int, rules: Rules) -> tuple[Act, Shard]:
    """A locked game, and the hand that acts on one of its participants."""
    participant = participant_get(user_id=user_id, participant_id=participant_id)
    hackathon: Hackathon = lock_hackathon(user_id=user_id, hackathon_id=participant.hackathon_id)
    check_present(hackathon, participant)
    shard = load_locked(hackathon, rules)
    return Act(shard.state, 0, participant.number, NoParameters(), rules, Effects(rules)), shard


def _stored(shard: Shard, number: int) -> Request:
    return Request.objects.get(hackathon_id=int(shard.hackathon_ids[0]), number=number)
