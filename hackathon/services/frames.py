"""What clients are told after a tick or an action: one ``state`` frame a game, and one for each thing worth a bell."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    columns = {**_numbers(state), "score": [round(score, 1) for score in scores], "hackathon_id": hackathon_ids}
    for game, row in enumerate(zip(*columns.values(), strict=True)):
        told = dict(zip(columns, row, strict=True))
        yield Frame(game, StateChanged(time_remaining=max(0, rules.season_ticks - told["tick"]), **told))


def _numbers(state: State) -> dict[str, list[Any]]:
    """What players watch, by the names that they know it by, each in the order of the games."""
    games, incidents, requests = state.games, state.incidents, state.requests
    return {
        "tick": games.tick.tolist(),
        "status": [GameStatus(status).name.lower() for status in games.status.tolist()],
        "end_reason": [EndReason(reason).name.lower() if reason else None for reason in games.end_reason.tolist()],
        "action_points": _rounded(games.ap),
        "stress_level": _rounded(games.stress),
        "reputation": _rounded(games.reputation),
        "legal_risk": _rounded(games.legal),
        "budget_left": [cents / 100 for cents in games.budget_cents.tolist()],
        "open_incidents": _counted(incidents.game[incidents.status == IncidentStatus.OPEN], games),
        "open_requests": _counted(requests.game[requests.status == RequestStatus.OPEN], games),
    }


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(value, 2) for value in values.tolist()]


def _counted(owners: NDArray[np.int32], games: Games) -> list[int]:
    counts: list[int] = np.bincount(owners, minlength=len(games)).tolist()
    return counts
