"""The inbox of a game: one to three messages a tick, from its own people and incidents."""

import json
from pathlib import Path

import numpy as np
import pytest

from hackathon.rules.compiled import compile_rules
from hackathon.rules.enums import ThreadKind
from hackathon.rules.files import CONTENT_MODELS, DEFAULT_DIRECTORY
from hackathon.rules.messages import CONDITIONS
from hackathon.simulation.actions import apply_action, trigger_incident
from hackathon.simulation.policies import POLICIES
from hackathon.simulation.tick import run_tick

SEEDS = tuple(range(1, 13))


@pytest.fixture(scope="module")
def season_messages(request):
    """Messages of some weeks of several games, with the states they were written in."""
    rules = request.getfixturevalue("rules")
    from hackathon.simulation.beginning import new_games

    state, found = new_games(np.array(SEEDS), rules, worlds=np.arange(len(SEEDS))), []
    for tick in range(240):
        POLICIES["daily" if tick < 200 else "idle"].act(state, rules)
        running = np.flatnonzero(state.games.status == 0)
        found.append((running, run_tick(state, rules).messages.table))
    return state, found


def test_one_to_three_a_tick(season_messages, rules):
    _, found = season_messages
    for running, messages in found:
        counts = np.bincount(messages.game, minlength=len(SEEDS))[running]
        assert ((counts >= 1) & (counts <= 3)).all()


def test_they_are_about_what_exists(season_messages):
    state, found = season_messages
    for _, messages in found:
        for column, table in (("participant", state.participants), ("incident", state.incidents)):
            numbers = getattr(messages, column)
            assert (table.rows(messages.game[numbers > 0], numbers[numbers > 0]) >= 0).all()
        asked = messages.request > 0
        rows = state.requests.rows(messages.game[asked], messages.request[asked])
        assert (state.requests.amount_cents[rows] == messages.amount_cents[asked]).all()


def test_they_carry_what_their_kind_promises(season_messages, rules):
    """Every kind's context fields are there, save a subject for incidents that befall nobody."""
    _, found = season_messages
    for _, messages in found:
        for row, kind in enumerate(messages.kind):
            for field in rules.message_kinds.kinds[kind].context:
                value = getattr(messages, {"amount": "amount_cents"}.get(field, field))[row]
                if field in {"incident", "request", "lease"} or (field == "participant" and not messages.incident[row]):
                    assert value > 0, rules.message_kinds.keys[kind]


def test_threads_stay_together(season_messages):
    """One thing, one thread: a request's messages share its thread, and so do an incident's."""
    _, found = season_messages
    for _, messages in found:
        incidents = messages.incident > 0
        assert (messages.thread_kind[incidents] == ThreadKind.INCIDENT).all()
        assert (messages.thread_number[incidents] == messages.incident[incidents]).all()
        requests = messages.request > 0
        assert (messages.thread_number[requests] == messages.request[requests]).all()


def test_many_kinds_are_heard(season_messages, rules):
    _, found = season_messages
    kinds = np.unique(np.concatenate([messages.kind for _, messages in found]))
    assert len(kinds) > 0.7 * len(rules.message_kinds.keys)


def test_an_incident_speaks_at_once(game, rules):
    _, effects = trigger_incident(game, 0, rules, "bullying_report")
    assert [rules.message_kinds.keys[kind] for kind in effects.messages.table.kind] == ["plea.bullying"]


def test_every_condition_is_somebodys(rules):
    spoken = {kind.when for kind in rules.message_kinds.kinds}
    assert set(CONDITIONS) <= spoken


def test_a_new_incident_type_needs_only_json(begin):
    documents = {name: json.loads((DEFAULT_DIRECTORY / Path(name).name).read_text()) for name in CONTENT_MODELS}
    documents["hackathon/incidents.json"]["types"].append(
        {
            "key": "raccoon_in_kitchen",
            "title": "A raccoon in the kitchen",
            "description": "It has opened the fridge.",
            "severity": "low",
            "weight": 1000,
            "due_ticks": 3,
            "subject": "in_person",
            "messages": {"opened": "alert.network_outage", "reminder": "reminder.network_outage"},
            "choices": [{"key": "feed_it", "label": "Feed it", "ap": 1, "effect": {"morale_all": 1, "stress": -1}}],
            "timeout": {"euros": -50, "morale_all": -3},
        }
    )
    rules = compile_rules({name: CONTENT_MODELS[name].model_validate(doc) for name, doc in documents.items()})
    state = begin(*SEEDS, using=rules)
    for _ in range(12):
        run_tick(state, rules)
    raccoons = state.incidents.type == rules.incident_types.index["raccoon_in_kitchen"]
    assert raccoons.sum() > len(SEEDS)
    assert state.games.timeouts.sum() > 0
    fresh = int(np.flatnonzero(raccoons & (state.incidents.status == 0))[0])
    game, number = int(state.incidents.game[fresh]), int(state.incidents.number[fresh])
    apply_action(state, game, "resolve", number, {"choice": "feed_it"}, rules)
