"""What clients are told after a tick or an action: one ``state`` frame a game, and one for each thing worth a bell."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from hackathon.events import GameEvent, LegalThreat, PanicAlert, ReceiptFlagged, StateChanged
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import EndReason, EventCode, GameStatus, IncidentStatus, RequestStatus
from hackathon.simulation.effects import Events
from hackathon.simulation.state import Games, State
from tommy.core.realtime import Event

_TOLD = {
    EventCode.INCIDENT_OPENED,
    EventCode.INCIDENT_TIMED_OUT,
    EventCode.REQUEST_EXPIRED,
    EventCode.LEASE_ENDING,
    EventCode.LEASE_ENDED,
    EventCode.PARTICIPANT_ARRIVED,
    EventCode.PARTICIPANT_QUIT,
    EventCode.PARTICIPANT_LEFT,
    EventCode.PARTICIPANT_AWOL,
    EventCode.PARTICIPANT_UNHOUSED,
    EventCode.PROJECT_READY,
    EventCode.PROJECT_SHIPPED,
    EventCode.FLIGHT_DELAYED,
    EventCode.FLIGHT_CANCELLED,
    EventCode.FRAUD_SUSPECTED,
    EventCode.SHIPMENT_DELIVERED,
    EventCode.SHIPMENT_LOST,
    EventCode.SPONSORS_PAID,
    EventCode.PHASE_STARTED,
    EventCode.GAME_FINISHED,
    EventCode.GAME_LOST,
}
_TOLD_MASK = np.isin(np.arange(len(EventCode)), [int(code) for code in _TOLD | {EventCode.PARTICIPANT_FLAGGED}])
_STRUCK = {EventCode.INCIDENT_OPENED}
LAWSUIT = "lawsuit_threat"


class Frame(NamedTuple):
    """An event for the player of one game row."""

    game: int
    event: Event


def event_frames(events: Events, state: State, hackathon_ids: list[int], rules: Rules) -> Iterator[Frame]:
    """The discrete records that a player wants to hear of at once, in the order they happened."""
    rows = np.flatnonzero(_TOLD_MASK[events.code])
    incidents = state.incidents.rows(events.game[rows], events.incident[rows])
    people = state.participants.rows(events.game[rows], events.participant[rows])
    for row, incident, person in zip(rows.tolist(), incidents.tolist(), people.tolist(), strict=True):
        game = int(events.game[row])
        code = EventCode(int(events.code[row]))
        common: dict[str, Any] = {
            "hackathon_id": hackathon_ids[game],
            "participant_id": int(state.participants.id[person]) if person >= 0 else None,
        }
        if code is EventCode.PARTICIPANT_FLAGGED:
            yield Frame(game, ReceiptFlagged(**common))
            continue
        yield Frame(game, _event(code, incident, state, rules, common))


def _event(code: EventCode, incident: int, state: State, rules: Rules, common: dict[str, Any]) -> Event:
    details: dict[str, Any] = {"event_id": None, "event_type": None, "deadline_tick": None}
    if incident >= 0:
        details = {
            "event_id": int(state.incidents.id[incident]),
            "event_type": rules.incident_types.keys[int(state.incidents.type[incident])],
            "deadline_tick": int(state.incidents.deadline_tick[incident]),
        }
    kind = LegalThreat if code in _STRUCK and details["event_type"] == LAWSUIT else GameEvent
    return kind(kind=code.name.lower(), **common, **details)


def alarm_frames(state: State, before: Games, hackathon_ids: list[int], rules: Rules) -> Iterator[Frame]:
    """Quantities that have just crossed into danger."""
    alarms, games = rules.economy.alarms, state.games
    crossings = {
        "stress": (games.stress >= alarms.stress) & (before.stress < alarms.stress),
        "legal_risk": (games.legal >= alarms.legal) & (before.legal < alarms.legal),
        "reputation": (games.reputation <= alarms.reputation) & (before.reputation > alarms.reputation),
        "budget": (games.budget_cents <= alarms.euros * 100) & (before.budget_cents > alarms.euros * 100),
    }
    for alarm, crossed in crossings.items():
        for game in np.flatnonzero(crossed).tolist():
            yield Frame(game, PanicAlert(hackathon_id=hackathon_ids[game], alarm=alarm))


def state_frames(state: State, hackathon_ids: list[int], scores: list[float], rules: Rules) -> Iterator[Frame]:
    """Where each game stands now."""
    games, count = state.games, len(state.games)
    open_incidents = np.bincount(state.incidents.game[state.incidents.status == IncidentStatus.OPEN], minlength=count)
    open_requests = np.bincount(state.requests.game[state.requests.status == RequestStatus.OPEN], minlength=count)
    columns = (games.tick, games.status, games.end_reason, games.ap, games.stress, games.reputation, games.legal)
    rows = zip(
        *(column.tolist() for column in columns),
        games.budget_cents.tolist(),
        open_incidents.tolist(),
        open_requests.tolist(),
        scores,
        hackathon_ids,
        strict=True,
    )
    for game, (
        tick,
        status,
        reason,
        ap,
        stress,
        reputation,
        legal,
        cents,
        incidents,
        requests,
        score,
        key,
    ) in enumerate(rows):
        yield Frame(
            game,
            StateChanged(
                hackathon_id=key,
                tick=tick,
                time_remaining=max(0, rules.season_ticks - tick),
                status=GameStatus(status).name.lower(),
                end_reason=EndReason(reason).name.lower() if reason else None,
                action_points=round(ap, 2),
                stress_level=round(stress, 2),
                reputation=round(reputation, 2),
                legal_risk=round(legal, 2),
                budget_left=cents / 100,
                score=round(score, 1),
                open_incidents=incidents,
                open_requests=requests,
            ),
        )
