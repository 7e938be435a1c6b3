"""The inbox: one to three messages a tick and game, from the people and the incidents of that very game.

What has just happened speaks first; then people say what is on their mind, and open incidents remind of themselves.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.base import cents
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    IncidentStatus,
    Purpose,
    RequestKind,
    RequestStatus,
    ShipState,
    ThreadKind,
)
from hackathon.rules.messages import CONDITIONS
from hackathon.simulation.news import tell_news
from hackathon.simulation.random import uniforms, variants
from hackathon.simulation.state import State, rank_within
from hackathon.simulation.tables import Flags, Floats, Ints, Longs, Rows
from hackathon.simulation.turn import Crowd, Turn

_SALT = 7
_SHORT_OF_MONEY = CONDITIONS.index("short_of_money")
_WAITING_PLACES = {
    RequestKind.STIPEND: CONDITIONS.index("stipend_waiting"),
    RequestKind.RECEIPT: CONDITIONS.index("receipt_waiting"),
    RequestKind.FLIGHT: CONDITIONS.index("flight_waiting"),
}


def inbox_step(state: State, turn: Turn) -> None:
    """News of the tick first, then small talk up to the tick's number of messages."""
    limits = turn.rules.messages.per_tick
    told = tell_news(state, turn.effects, at_most=limits.high)
    draw = turn.draw_games(state, turn.rows, Purpose.MESSAGES)[0]
    wanted = limits.low + ((limits.high - limits.low + 1) * draw).astype(np.int64)
    missing = np.maximum(wanted - told[turn.rows], 0)
    games = np.repeat(turn.rows, missing)
    if len(games):
        _small_talk(state, turn, games)


def _small_talk(state: State, turn: Turn, games: Rows) -> None:
    slots = rank_within(games) + 1
    seeds, ticks = state.games.seed[games], turn.tick[games]
    who, remind, what, which = uniforms(seeds, slots, ticks, Purpose.MESSAGE_PERSON)
    incidents = _pick_incidents(state, turn, games, which)
    reminding = (remind < turn.rules.messages.incident_share) & (incidents >= 0)
    _remind(state, turn, incidents[reminding], slots[reminding])
    people = Crowd.gather(state, turn.running).pick(games, who)
    speaking = ~reminding & (people >= 0)
    _speak(state, turn, people[speaking], what[speaking], slots[speaking])


def _pick_incidents(state: State, turn: Turn, games: Rows, uniform: Floats) -> Rows:
    """A row of an open incident for each of these games, -1 where there is none."""
    incidents = state.incidents
    rows = np.flatnonzero((incidents.status == IncidentStatus.OPEN) & turn.running[incidents.game])
    counts = np.bincount(incidents.game[rows], minlength=len(state.games))
    crowd = Crowd(rows[np.argsort(incidents.game[rows], kind="stable")], np.cumsum(counts) - counts, counts)
    return crowd.pick(games, uniform)


def _remind(state: State, turn: Turn, rows: Rows, slots: Rows) -> None:
    incidents = state.incidents
    games, numbers = incidents.game[rows], incidents.number[rows]
    turn.effects.messages.add(
        len(rows),
        game=games,
        kind=turn.rules.incident_types.reminder_kind[incidents.type[rows]],
        thread_kind=ThreadKind.INCIDENT,
        thread_number=numbers,
        participant=incidents.subject[rows],
        incident=numbers,
        count=incidents.deadline_tick[rows] - turn.tick[games],
        variant=variants(state.games.seed[games], numbers, turn.tick[games], _SALT + slots),
    )


@dataclass(frozen=True, slots=True)
class Mood:
    """What may be on a speaker's mind: for each condition (first axis) whether it holds, and its count."""

    holds: Flags
    counts: NDArray[np.int64]
    requests: NDArray[np.intp]


def _speak(state: State, turn: Turn, rows: Rows, draw: Floats, slots: Rows) -> None:
    if not len(rows):
        return
    people, kinds = state.participants, turn.rules.message_kinds
    mood = _mood(state, turn, rows)
    weights = mood.holds[kinds.spoken_condition].T * kinds.spoken_weight
    sums = np.cumsum(weights, axis=1)
    places = np.minimum((sums <= (draw * sums[:, -1])[:, None]).sum(axis=1), len(kinds.spoken) - 1)
    chosen, condition, each = kinds.spoken[places], kinds.spoken_condition[places], np.arange(len(rows))
    games = people.game[rows]
    request = mood.requests[condition, each]
    asked = request >= 0
    np.add.at(state.requests.letters, request[asked], 1)
    about = np.where(kinds.about_person[chosen], people.number[rows], 0)
    thread_kind, thread_number = _threads(state, turn.rules, chosen, about, request)
    turn.effects.messages.add(
        len(rows),
        game=games,
        kind=chosen,
        thread_kind=thread_kind,
        thread_number=thread_number,
        participant=about,
        request=_of_request(state.requests.number, request, asked),
        amount_cents=_amounts(state, condition, games, request, asked),
        count=mood.counts[condition, each],
        variant=variants(state.games.seed[games], people.number[rows], turn.tick[games], _SALT + slots),
    )


def _of_request(column: NDArray[np.integer], request: Rows, asked: Flags) -> NDArray[np.integer]:
    return np.where(asked, column[np.maximum(request, 0)], 0) if len(column) else np.zeros(len(request), np.int64)


def _amounts(state: State, condition: Rows, games: Ints, request: Rows, asked: Flags) -> Longs:
    """What the request is about; or for the bank, what is left."""
    broke = condition == _SHORT_OF_MONEY
    return np.where(broke, state.games.budget_cents[games], _of_request(state.requests.amount_cents, request, asked))


def _threads(
    state: State, rules: Rules, kinds: NDArray[np.integer], about: NDArray[np.integer], request: Rows
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Where messages belong: to their request, to the person, or to whoever writes from outside."""
    sender = rules.message_kinds.sender[kinds]
    outside = np.where(sender == rules.messages.senders.index("sponsor"), ThreadKind.SPONSORS, ThreadKind.OUTSIDE)
    kind = np.where(request >= 0, ThreadKind.REQUEST, np.where(about > 0, ThreadKind.PERSON, outside))
    number = _of_request(state.requests.number, request, request >= 0)
    number = np.where(request >= 0, number, np.where(about > 0, about, sender))
    return kind, number


def _mood(state: State, turn: Turn, rows: Rows) -> Mood:
    """Conditions in the order of ``rules.messages.CONDITIONS``."""
    waiting = _waiting(state, turn, rows)
    said = _person_conditions(state, turn, rows, waiting)
    said |= _game_conditions(state, turn, state.participants.game[rows])
    requests = np.full((len(CONDITIONS), len(rows)), -1, np.intp)
    for kind, place in _WAITING_PLACES.items():
        requests[place] = waiting[kind]
    holds = np.stack([said[name][0] for name in CONDITIONS])
    counts = np.stack([said[name][1].astype(np.int64) for name in CONDITIONS])
    return Mood(holds, counts, requests)


def _waiting(state: State, turn: Turn, rows: Rows) -> dict[RequestKind, Rows]:
    """For each kind: the row of a request of each person that has waited long, -1 for none."""
    requests, people = state.requests, state.participants
    age = turn.tick[requests.game] - requests.created_tick
    late = (requests.status == RequestStatus.OPEN) & (age >= turn.rules.messages.thresholds.waiting_ticks)
    found: dict[RequestKind, Rows] = {}
    for kind in _WAITING_PLACES:
        picked = np.flatnonzero(late & (requests.kind == kind))
        by_person = np.full(len(people) + 1, -1, np.intp)
        by_person[people.rows(requests.game[picked], requests.participant[picked])] = picked
        by_person[-1] = -1
        found[kind] = by_person[rows]
    return found


def _age(state: State, turn: Turn, games: Ints, request: Rows) -> NDArray[Any]:
    asked = request >= 0
    return np.where(asked, turn.tick[games] - _of_request(state.requests.created_tick, request, asked), 0)


def _person_conditions(
    state: State, turn: Turn, rows: Rows, waiting: dict[RequestKind, Rows]
) -> dict[str, tuple[Flags, NDArray[Any]]]:
    people, limits = state.participants, turn.rules.messages.thresholds
    none, stage = np.zeros(len(rows), np.int64), people.ship_state[rows]
    in_person, bed = people.in_person[rows], people.bed[rows] > 0
    streak, idle, silent = people.streak[rows], people.idle_days[rows], people.days_without_devlog[rows]
    since = {kind: _age(state, turn, people.game[rows], found) for kind, found in waiting.items()}
    ready = (stage == ShipState.READY_FIRST) | (stage == ShipState.READY_SECOND)
    return {
        "anyone": (np.ones(len(rows), np.bool_), none),
        "unhoused": (in_person & ~bed, people.unhoused_nights[rows]),
        "stipend_waiting": (waiting[RequestKind.STIPEND] >= 0, since[RequestKind.STIPEND]),
        "receipt_waiting": (waiting[RequestKind.RECEIPT] >= 0, since[RequestKind.RECEIPT]),
        "flight_waiting": (waiting[RequestKind.FLIGHT] >= 0, since[RequestKind.FLIGHT]),
        "low_morale": (people.morale[rows] < limits.low_morale, none),
        "high_morale": (people.morale[rows] >= limits.high_morale, none),
        "in_person": (in_person, none),
        "housed": (in_person & bed, none),
        "remote": (~in_person, none),
        "international": (people.international[rows], none),
        "streak": (streak >= limits.streak_days, streak),
        "shipped": (people.first_shipped_tick[rows] >= 0, none),
        "ready_to_ship": (ready, people.waiting_days[rows]),
        "no_devlog": (silent >= limits.days_without_devlog, silent),
        "idle": (idle >= limits.idle_days, idle),
        "flagged": (people.flagged[rows], people.suspicious[rows]),
    }


def _game_conditions(state: State, turn: Turn, games: Ints) -> dict[str, tuple[Flags, NDArray[Any]]]:
    table, limits = state.games, turn.rules.messages.thresholds
    none = np.zeros(len(games), np.int64)
    reputation, mood = table.reputation[games], table.sponsor_mood[games]
    stress, legal = table.stress[games], table.legal[games]
    return {
        "well_known": (reputation >= limits.well_known, none),
        "ill_reputed": (reputation < limits.ill_reputed, none),
        "sponsor_happy": (mood >= limits.sponsor_happy, none),
        "sponsor_unhappy": (mood <= limits.sponsor_unhappy, none),
        "short_of_money": (table.budget_cents[games] < cents(limits.short_of_money), none),
        "organiser_stressed": (stress >= limits.organiser_stressed, stress),
        "legal_trouble": (legal >= limits.legal_trouble, legal),
    }
