"""What has just happened, told by those whom it concerns: events become messages."""

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Cause, EventCode, RequestKind, ThreadKind
from hackathon.simulation.effects import Effects, Events
from hackathon.simulation.random import variants
from hackathon.simulation.state import State, rank_within
from hackathon.simulation.tables import Rows

# Most pressing first: only so many messages come in a tick.
_URGENCY = (
    EventCode.INCIDENT_OPENED,
    EventCode.PARTICIPANT_QUIT,
    EventCode.PARTICIPANT_LEFT,
    EventCode.LEASE_ENDED,
    EventCode.INCIDENT_TIMED_OUT,
    EventCode.REQUEST_DENIED,
    EventCode.PROJECT_SHIPPED,
    EventCode.PARTICIPANT_HOUSED,
    EventCode.LEASE_ENDING,
    EventCode.VOLUNTEER_HIRED,
    EventCode.SPONSORS_PAID,
    EventCode.PARTICIPANT_ARRIVED,
    EventCode.REQUEST_EXPIRED,
    EventCode.PARTICIPANT_TALKED_TO,
    EventCode.REQUEST_APPROVED,
    EventCode.REQUEST_OPENED,
)
_EVENT_NAMES = {
    EventCode.PARTICIPANT_QUIT: "quit",
    EventCode.PARTICIPANT_LEFT: "left_unhoused",
    EventCode.PARTICIPANT_ARRIVED: "arrived",
    EventCode.PARTICIPANT_HOUSED: "housed",
    EventCode.PARTICIPANT_TALKED_TO: "talked",
    EventCode.PROJECT_SHIPPED: "ship",
    EventCode.LEASE_ENDED: "lease_ended",
    EventCode.LEASE_ENDING: "lease_ending",
    EventCode.INCIDENT_TIMED_OUT: "incident_timed_out",
    EventCode.REQUEST_APPROVED: "request_approved",
    EventCode.REQUEST_DENIED: "request_denied",
    EventCode.REQUEST_EXPIRED: "request_expired",
    EventCode.SPONSORS_PAID: "sponsor_paid",
    EventCode.VOLUNTEER_HIRED: "volunteer_joined",
}
_OPENED_NAMES = {
    RequestKind.STIPEND: "stipend_opened",
    RequestKind.FLIGHT: "flight_opened",
    RequestKind.RECEIPT: "receipt_opened",
}
_SALT = 3
_UNTOLD = len(_URGENCY)
_RANKS = np.full(len(EventCode), _UNTOLD, np.int8)
_RANKS[list(_URGENCY)] = np.arange(_UNTOLD)


def tell_news(state: State, effects: Effects, at_most: int) -> NDArray[np.int64]:
    """Emit messages for the events not told yet, the most pressing first; answers how many, shape [games]."""
    events = effects.events.table
    ranks = _RANKS[events.code]
    ranks[: effects.told] = _UNTOLD
    effects.told = len(events)
    # Who left for another reason than a missing bed says goodbye in another way, or not at all.
    ranks[(events.code == EventCode.PARTICIPANT_LEFT) & (events.cause != Cause.LEFT_UNHOUSED)] = _UNTOLD
    rows = np.flatnonzero(ranks < _UNTOLD)
    rows = rows[np.lexsort((rows, ranks[rows], events.game[rows]))]
    rows = rows[rank_within(events.game[rows]) < at_most]
    if len(rows):
        _emit(state, effects, events, rows)
    return np.bincount(events.game[rows], minlength=len(state.games))


def _emit(state: State, effects: Effects, events: Events, rows: Rows) -> None:
    games = events.game[rows]
    incident, request = events.incident[rows], events.request[rows]
    lease, person = events.lease[rows], events.participant[rows]
    links = (request > 0, incident > 0, lease > 0, person > 0)
    kinds = (ThreadKind.REQUEST, ThreadKind.INCIDENT, ThreadKind.LEASE, ThreadKind.PERSON)
    chosen = _kinds(effects.rules, events, rows)
    sender = effects.rules.message_kinds.sender[chosen]
    paid = events.code[rows] == EventCode.SPONSORS_PAID
    effects.messages.add(
        len(rows),
        game=games,
        kind=chosen,
        thread_kind=np.select(links, kinds, np.where(paid, ThreadKind.SPONSORS, ThreadKind.OUTSIDE)),
        thread_number=np.select(links, (request, incident, lease, person), sender),
        participant=person,
        incident=incident,
        request=request,
        lease=lease,
        amount_cents=events.amount_cents[rows] + np.abs(np.where(paid, events.budget_cents[rows], 0)),
        count=events.count[rows],
        variant=variants(
            state.games.seed[games], request + incident + lease + person, state.games.tick[games], _SALT + chosen
        ),
    )


def _kinds(rules: Rules, events: Events, rows: Rows) -> NDArray[np.integer]:
    names, codes, count = rules.message_kinds.by_event, events.code[rows], events.count[rows]
    by_code = np.zeros(len(EventCode), np.int64)
    for code, name in _EVENT_NAMES.items():
        by_code[code] = names[name]
    opened = np.array([names[_OPENED_NAMES[kind]] for kind in RequestKind])
    kinds = by_code[codes]
    asked = codes == EventCode.REQUEST_OPENED
    kinds[asked] = opened[count[asked]]
    kinds[(codes == EventCode.REQUEST_DENIED) & (count > 0)] = names["fraud_denied"]
    struck = codes == EventCode.INCIDENT_OPENED
    kinds[struck] = rules.incident_types.opened_kind[count[struck]]
    return kinds
