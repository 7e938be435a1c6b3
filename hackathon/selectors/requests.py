"""Stipends and flights, as clients see them."""

from typing import Any
from uuid import UUID

from hackathon import catalogue
from hackathon.errors import FlightNotFound, NotYourRequest, StipendNotFound
from hackathon.models import Participant, Request
from hackathon.rules.enums import FlightState, RequestKind, RequestStatus

UNKNOWN = {RequestKind.STIPEND: StipendNotFound, RequestKind.FLIGHT: FlightNotFound}
STATUS_WORDS = {status: status.name.lower() for status in RequestStatus} | {RequestStatus.OPEN: "pending"}


def request_get(*, user_id: UUID, request_id: int, kind: RequestKind) -> Request:
    """One statement; raises StipendNotFound or FlightNotFound, and NotYourRequest."""
    papers = {RequestKind.STIPEND: "claim", RequestKind.FLIGHT: "flight_plan"}[kind]
    request = Request.objects.select_related("hackathon", papers).filter(pk=request_id, kind=kind).first()
    if request is None:
        raise UNKNOWN[kind]
    if request.hackathon.user_id != user_id:
        raise NotYourRequest
    return request


def stipend_view(stipend: Request) -> dict[str, Any]:
    """A stipend; amounts in euros, ``reasons`` in words. One statement beside its own."""
    claim = getattr(stipend, "claim", None)
    return {
        **_common(stipend),
        "stipend_id": stipend.pk,
        "status": STATUS_WORDS[RequestStatus(stipend.status)],
        "justification": claim.justification if claim else "",
        "receipt_urls": claim.receipt_urls if claim else [],
        "admin_notes": claim.admin_notes if claim else "",
    }


def flight_view(flight: Request) -> dict[str, Any]:
    """A flight; one that the participant asked for themselves starts at their home and has no dates. One statement."""
    plan, person = getattr(flight, "flight_plan", None), _traveller(flight)
    return {
        **_common(flight, person),
        "flight_id": flight.pk,
        "status": FlightState(flight.journey).name.lower(),
        "departure_city": plan.departure_city if plan else person.home_city,
        "arrival_city": plan.arrival_city if plan else None,
        "departure_date": plan.departure_date if plan else None,
        "return_date": plan.return_date if plan else None,
        "departs_tick": flight.due_tick if flight.journey in BOOKED else None,
    }


BOOKED = (FlightState.BOOKED, FlightState.DELAYED, FlightState.FLOWN)


def _common(request: Request, person: Participant | None = None) -> dict[str, Any]:
    sentences = catalogue.rules().requests.reasons
    return {
        "id": request.pk,
        "hackathon_id": request.hackathon_id,
        "participant_id": (person or _traveller(request)).pk,
        "amount": request.amount_cents / 100,
        "suspicion": round(request.suspicion, 2),
        "reasons": [sentence for key, sentence in sentences.items() if key in request.reason_words],
        "created_tick": request.created_tick,
        "due_tick": request.due_tick,
        "closed_tick": request.closed_tick if request.closed_tick >= 0 else None,
        "created_at": request.created_at,
    }


def _traveller(request: Request) -> Participant:
    return Participant.objects.get(hackathon_id=request.hackathon_id, number=request.participant)
