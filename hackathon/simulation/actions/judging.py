"""Actions that decide: requests approved, denied or verified, flights booked, incidents resolved."""

from typing import Any, cast

import numpy as np

from hackathon import errors
from hackathon.rules.compiled import CompiledChoice
from hackathon.rules.enums import (
    Cause,
    EventCode,
    FlightState,
    IncidentStatus,
    Purpose,
    Quantity,
    Reason,
    RequestKind,
    RequestStatus,
)
from hackathon.rules.flights import TAKEN
from hackathon.rules.parameters import ResolveParameters
from hackathon.simulation.actions.base import Act
from hackathon.simulation.flights import advance_flights, book_flights, book_unasked
from hackathon.simulation.incidents import carry_out, flag_people, open_incidents
from hackathon.simulation.people import add_morale
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import NEVER
from hackathon.simulation.steps.asking import flight_prices

Facts = dict[str, Any]


def approve(act: Act) -> Facts:
    row = act.request()
    amount = int(act.state.requests.amount_cents[row])
    ap = act.rules.actions.approve.ap
    act.check_means(ap, amount)
    act.pay(ap, amount, Cause.REQUEST_APPROVED)
    return _approve(act, row)


def deny(act: Act) -> Facts:
    row = act.request()
    ap = act.rules.actions.deny.ap
    act.check_means(ap)
    act.pay(ap, 0, Cause.ACTION_COST)
    return _deny(act, row, Reason.ORGANISER_DECISION)


def verify(act: Act) -> Facts:
    """Find out the truth and decide by it: the honest are paid, the false denied."""
    row = act.request()
    requests, ap = act.state.requests, act.rules.actions.verify.ap
    fraud = bool(requests.fraud[row])
    # The money must be there before the truth is told, or a refusal would give the truth away for nothing.
    act.check_means(ap, int(requests.amount_cents[row]))
    act.pay(ap, 0 if fraud else int(requests.amount_cents[row]), Cause.REQUEST_APPROVED)
    requests.verified[row] = True
    facts = _deny(act, row, Reason.PROVEN_FAKE) if fraud else _approve(act, row)
    return {**facts, "verdict": "false, and denied" if fraud else "genuine, and paid", "fraud": fraud}


def _close(act: Act, row: int, status: RequestStatus) -> int:
    """Close a request; answers the row of the person who asked."""
    requests = act.state.requests
    requests.status[row] = status
    requests.closed_tick[row] = act.tick
    person = act.state.participants.row(act.game, int(requests.participant[row]))
    if int(requests.kind[row]) == RequestKind.FLIGHT:
        if status is RequestStatus.APPROVED:
            book_flights(act.state, np.array([row]), act.rules)
        else:
            advance_flights(act.state, np.array([row]), FlightState.DENIED)
    return person


def _approve(act: Act, row: int) -> Facts:
    requests, rules = act.state.requests, act.rules.requests.approved
    person = _close(act, row, RequestStatus.APPROVED)
    add_morale(act.state, np.array([person]), rules.morale)
    fraud, amount = bool(requests.fraud[row]), int(requests.amount_cents[row])
    if fraud:
        act.change(Quantity.REPUTATION, Cause.REQUEST_APPROVED, rules.fraud_reputation)
        act.state.games.frauds_paid[act.game] += 1
    number = int(requests.participant[row])
    act.event(
        EventCode.REQUEST_APPROVED,
        Cause.REQUEST_APPROVED,
        request=act.target,
        participant=number,
        amount_cents=amount,
        budget_cents=-amount,
        reputation=rules.fraud_reputation if fraud else 0.0,
        morale=rules.morale,
    )
    return {"request": act.target, "participant": number, "euros": amount / 100}


def _deny(act: Act, row: int, reason: Reason) -> Facts:
    requests, rules = act.state.requests, act.rules.requests.denied
    person = _close(act, row, RequestStatus.DENIED)
    requests.reasons[row] |= reason
    fraud = bool(requests.fraud[row])
    reputation = rules.fraud_reputation if fraud else rules.honest_reputation
    act.change(Quantity.REPUTATION, Cause.REQUEST_DENIED, reputation)
    act.event(
        EventCode.REQUEST_DENIED,
        Cause.REQUEST_DENIED,
        request=act.target,
        participant=requests.participant[row],
        amount_cents=requests.amount_cents[row],
        count=int(fraud),
        reputation=reputation,
        morale=0.0 if fraud else rules.honest_morale,
    )
    if fraud:
        suspect(act, person)
    else:
        _disappoint(act, row, person)
    words = reasons_in_words(act, int(requests.reasons[row]))
    return {"request": act.target, "participant": int(requests.participant[row]), "why": " ".join(words)}


def reasons_in_words(act: Act, reasons: int) -> list[str]:
    """The sentences of the content for these flags."""
    sentences = act.rules.requests.reasons
    named = [flag.name.lower() for flag in Reason(reasons) if flag.name]
    return [sentence for key, sentence in sentences.items() if key in named]


def suspect(act: Act, person: int) -> None:
    """A caught fraud: at the second, the person is flagged."""
    people = act.state.participants
    people.suspicious[person] += 1
    if people.suspicious[person] >= act.rules.requests.flag_at:
        flag_people(act.state, act.effects, np.array([person]), Cause.REQUEST_DENIED)


def _disappoint(act: Act, row: int, person: int) -> None:
    """An honest request denied: it hurts, and sometimes it becomes a scandal."""
    rules, requests = act.rules.requests.denied, act.state.requests
    add_morale(act.state, np.array([person]), rules.honest_morale)
    seed = act.state.games.seed[act.game]
    draw = uniforms(seed, requests.number[row], act.tick, Purpose.STIPEND_LOST)[0][0]
    if draw < rules.incident_chance:
        kind = act.rules.incident_types.index[rules.incident]
        where, subject = np.array([act.game]), requests.participant[[row]]
        open_incidents(act.state, act.effects, where, np.array([kind]), subject, Cause.REQUEST_DENIED)


def assign_flight(act: Act, person: int) -> Facts:
    """Book the flight somebody is due: by their request if they asked, or on one's own accord."""
    requests, people = act.state.requests, act.state.participants
    mine = (requests.game == act.game) & (requests.participant == act.target)
    asked = mine & (requests.kind == RequestKind.FLIGHT) & (requests.status == RequestStatus.OPEN)
    rows, ap = np.flatnonzero(asked), act.rules.actions.assign.ap
    due = people.first_shipped_tick[person] != NEVER and people.flight[person] not in TAKEN
    if not len(rows) and not due:
        raise errors.NoFlightDue
    known = int(requests.amount_cents[rows[0]]) if len(rows) else 0
    price = known or int(flight_prices(act.state, np.array([person]), act.effects)[0])
    act.check_means(ap, price)
    act.pay(ap, price, Cause.FLIGHT)
    if len(rows):
        _approve(
            Act(act.state, act.game, int(requests.number[rows[0]]), act.parameters, act.rules, act.effects),
            int(rows[0]),
        )
    else:
        book_unasked(act.state, person, price, act.rules)
    act.event(EventCode.FLIGHT_BOOKED, Cause.FLIGHT, participant=act.target, budget_cents=-price)
    return {"participant": act.target, "what": "flight", "euros": price / 100}


def resolve(act: Act) -> Facts:
    """Deal with an incident in one of the ways it offers."""
    row = act.incident()
    place, choice = _choice(act, row)
    act.check_means(choice.ap, choice.cents)
    act.pay(choice.ap, choice.cents, Cause.INCIDENT_CHOICE)
    incidents = act.state.incidents
    incidents.status[row] = IncidentStatus.RESOLVED
    incidents.closed_tick[row] = act.tick
    incidents.choice[row] = place
    if choice.ap > 0:
        act.change(Quantity.STRESS, Cause.INCIDENT_RESOLVED, -act.rules.incidents.resolve_relief)
    before = len(incidents)
    _note_resolved(act, row, place, choice)
    carry_out(act.state, act.effects, np.array([row]), choice.effect, Cause.INCIDENT_CHOICE)
    return {"incident": int(incidents.number[row]), "choice": choice.key, "came_back": len(incidents) > before}


def _note_resolved(act: Act, row: int, place: int, choice: CompiledChoice) -> None:
    incidents, table = act.state.incidents, choice.effect
    act.event(
        EventCode.INCIDENT_RESOLVED,
        Cause.INCIDENT_CHOICE,
        incident=int(incidents.number[row]),
        participant=incidents.subject[row],
        count=place,
        stress=table.stress[0],
        reputation=table.reputation[0],
        legal=table.legal[0],
        sponsor_mood=table.sponsor_mood[0],
        budget_cents=table.budget_cents[0] - choice.cents,
        morale=table.morale[0],
    )


def _choice(act: Act, row: int) -> tuple[int, CompiledChoice]:
    wanted = cast("ResolveParameters", act.parameters).choice
    choices = act.rules.incident_types.choices[act.state.incidents.type[row]]
    for place, choice in enumerate(choices):
        if choice.key == wanted:
            return place, choice
    raise errors.UnknownChoice(known=[choice.key for choice in choices])
