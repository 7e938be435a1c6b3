"""What comes out of the blue: incidents by their weights, and lawsuits where the law already looks."""

import numpy as np

from hackathon.rules.enums import Cause, PersonStatus, Purpose
from hackathon.simulation.incidents import choose_subjects, open_incidents
from hackathon.simulation.state import State
from hackathon.simulation.tables import Floats
from hackathon.simulation.turn import Crowd, Turn, per_game


def incident_chance(state: State, turn: Turn) -> Floats:
    """Chance of an incident this tick, shape [games]."""
    rules, people = turn.rules.incidents.chance, state.participants
    active = per_game(state, people.game[people.status == PersonStatus.ACTIVE])
    stressed = state.games.stress > rules.stressed_above
    chance: Floats = rules.base + rules.per_participant * active + rules.post_sf * turn.post_sf
    return chance + rules.stressed * stressed


def incidents_step(state: State, turn: Turn) -> None:
    """At most one incident by chance, and one more by legal trouble, for each game."""
    rules, types = turn.rules.incidents, turn.rules.incident_types
    happens, which, trouble, _ = turn.draw_games(state, turn.rows, Purpose.INCIDENT)
    hit = happens < incident_chance(state, turn)[turn.rows]
    sued = (trouble < rules.legal_trouble.chance) & (state.games.legal[turn.rows] > rules.legal_trouble.above)
    crowd = Crowd.gather(state, turn.running)
    kinds = np.searchsorted(types.thresholds, which[hit], side="right")
    _open(state, turn, crowd, turn.rows[hit], kinds, Cause.RANDOM_EVENT, Purpose.SUBJECT)
    lawsuits = np.full(int(sued.sum()), types.index[rules.legal_trouble.incident])
    _open(state, turn, crowd, turn.rows[sued], lawsuits, Cause.LEGAL_TROUBLE, Purpose.EXTRA_SUBJECT)


def _open(
    state: State, turn: Turn, crowd: Crowd, games: np.ndarray, kinds: np.ndarray, cause: Cause, purpose: Purpose
) -> None:
    if len(games):
        subjects = choose_subjects(state, turn.effects, crowd, games, kinds, purpose)
        open_incidents(state, turn.effects, games, kinds, subjects, cause)
