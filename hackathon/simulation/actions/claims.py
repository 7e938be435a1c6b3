"""Requests that the organiser enters for somebody: a stipend with its papers, a flight."""

import numpy as np

from hackathon import errors
from hackathon.rules.claims import Claim, faults, suspicion
from hackathon.rules.enums import Cause, EventCode, Reason, RequestKind, RequestStatus
from hackathon.rules.flights import UNDER_WAY
from hackathon.simulation.actions.base import Act
from hackathon.simulation.actions.judging import suspect
from hackathon.simulation.news import tell_news
from hackathon.simulation.steps.asking import flight_prices, open_requests


def file_stipend(act: Act, amount_cents: int, justification: str, receipts: int) -> int:
    """Enter a stipend for the participant who is the target; answers its number.

    A suspicious one is denied at once, and counts against the person. Raises TooManyRequests beside what ``person``
    and ``check_running`` raise.
    """
    act.check_running()
    person = act.person(act.target)
    _check_room(act)
    people, rules = act.state.participants, act.rules.requests.claims
    claim = Claim(
        amount_cents=amount_cents,
        justification=justification,
        receipts=receipts,
        flagged=bool(people.flagged[person]),
        earlier_suspicion=bool(people.suspicious[person]),
        repeated=_is_repeated(act, amount_cents),
    )
    reasons = faults(claim, rules)
    score = suspicion(reasons, rules)
    row = _append(act, amount_cents, reasons, score)
    if score >= rules.deny_at:
        _turn_down(act, row, person)
    tell_news(act.state, act.effects, at_most=act.rules.messages.per_tick.high)
    return int(act.state.requests.number[row])


def file_flight(act: Act) -> int:
    """Enter a flight for the participant who is the target; answers its number. Raises FlightUnderWay."""
    act.check_running()
    person = np.array([act.person(act.target)])
    if act.state.participants.flight[person[0]] in UNDER_WAY:
        raise errors.FlightUnderWay
    prices = flight_prices(act.state, person, act.effects)
    row = open_requests(act.state, act.effects, person, RequestKind.FLIGHT, prices, np.array([False]))[0]
    tell_news(act.state, act.effects, at_most=act.rules.messages.per_tick.high)
    return int(act.state.requests.number[row])


def _check_room(act: Act) -> None:
    requests, limit = act.state.requests, act.rules.requests.claims.open_per_person
    mine = (requests.game == act.game) & (requests.participant == act.target)
    if np.count_nonzero(mine & (requests.status == RequestStatus.OPEN)) >= limit:
        raise errors.TooManyRequests(limit=limit)


def _is_repeated(act: Act, amount_cents: int) -> bool:
    requests, rules = act.state.requests, act.rules.requests.claims
    mine = (requests.game == act.game) & (requests.participant == act.target)
    recent = requests.created_tick > act.tick - rules.repeat_ticks
    return bool((mine & recent & (requests.amount_cents == amount_cents)).any())


def _append(act: Act, amount_cents: int, reasons: Reason, score: float) -> int:
    game = np.array([act.game])
    row = act.state.requests.append(
        1,
        game=act.game,
        number=act.state.numbers_from("next_request", game),
        kind=RequestKind.STIPEND,
        participant=act.target,
        amount_cents=amount_cents,
        suspicion=score,
        created_tick=act.tick,
        due_tick=act.tick + act.rules.requests.stipend.due_ticks,
        reasons=int(reasons),
    )[0]
    act.event(
        EventCode.REQUEST_OPENED,
        Cause.ORGANISER,
        request=act.state.requests.number[row],
        participant=act.target,
        count=int(RequestKind.STIPEND),
        amount_cents=amount_cents,
    )
    return int(row)


def _turn_down(act: Act, row: int, person: int) -> None:
    requests = act.state.requests
    requests.status[row] = RequestStatus.DENIED
    requests.closed_tick[row] = act.tick
    act.event(
        EventCode.FRAUD_SUSPECTED,
        Cause.FRAUD_SUSPECTED,
        request=requests.number[row],
        participant=act.target,
        amount_cents=requests.amount_cents[row],
    )
    suspect(act, person)
