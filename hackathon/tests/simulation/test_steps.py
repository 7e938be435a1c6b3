"""The steps of a tick, each on a state made for it."""

import numpy as np
import pytest

from hackathon.rules.enums import (
    Cause,
    EndReason,
    EventCode,
    GameStatus,
    IncidentStatus,
    LeaseStatus,
    PersonStatus,
    Quantity,
    RequestKind,
    RequestStatus,
    ShipState,
)
from hackathon.simulation.actions import trigger_incident
from hackathon.simulation.effects import Effects
from hackathon.simulation.steps import asking, chance, dawn, deadlines, ends, hours, night, work
from hackathon.simulation.turn import Turn

DAY_END = 5


def step(function, state, rules, tick=None):
    """Run one step at a tick; answers the effects."""
    if tick is not None:
        state.games.tick[:] = tick
    turn = Turn.begin(state, rules)
    function(state, turn)
    return turn.effects


def codes(effects):
    return [EventCode(code) for code in effects.events.table.code]


@pytest.mark.parametrize(("stress", "factor"), [(10, 1), (60, 1), (61, 0.7), (81, 0.4)])
def test_points_come_back_slower_under_stress(game, rules, stress, factor):
    game.games.stress[0], game.games.ap[0], game.games.volunteers[0] = stress, 0, 2
    step(hours.regeneration_step, game, rules)
    points = rules.economy.action_points
    assert game.games.ap[0] == pytest.approx((points.per_tick + 2 * points.per_volunteer) * factor)


def test_open_worries_press_and_the_law_forgets(game, rules):
    for _ in range(3):
        trigger_incident(game, 0, rules)
    game.games.stress[0], game.games.legal[0] = 50, 10
    effects = step(hours.pressure_step, game, rules)
    assert game.games.stress[0] == pytest.approx(50 + 3 * 0.14 - 0.45)
    assert game.games.legal[0] == pytest.approx(9.95)
    causes = effects.summaries(1)[0]["stress"]
    assert causes == {"open_incidents": pytest.approx(0.42), "relief": pytest.approx(-0.45)}


@pytest.mark.parametrize(
    "key", ["network_outage", "developer_missing", "sponsor_wobble", "fraud_ring", "broken_flight"]
)
def test_missed_deadlines_do_what_the_type_says(game, rules, key):
    trigger_incident(game, 0, rules, key)
    kind = rules.incident_types.types[rules.incident_types.index[key]]
    before, morale = game.games.copy(), game.participants.morale.copy()
    due = kind.due_ticks
    assert not step(deadlines.incident_deadlines_step, game, rules, tick=due - 1).events
    effects = step(deadlines.incident_deadlines_step, game, rules, tick=due)
    assert codes(effects)[0] is EventCode.INCIDENT_TIMED_OUT
    assert game.incidents.status[0] == IncidentStatus.TIMED_OUT
    assert game.games.timeouts[0] == 1
    assert game.games.stress[0] == pytest.approx(before.stress[0] + kind.timeout.stress)
    assert game.games.reputation[0] == pytest.approx(before.reputation[0] + kind.timeout.reputation)
    assert game.games.sponsor_mood[0] == pytest.approx(before.sponsor_mood[0] + kind.timeout.sponsor_mood)
    assert game.games.budget_cents[0] == before.budget_cents[0] + 100 * kind.timeout.euros
    everybody = game.participants.status == PersonStatus.ACTIVE
    assert everybody.sum() == 12 - kind.timeout.leaves
    assert np.allclose((game.participants.morale - morale)[1:].max(), kind.timeout.morale_all)


def test_unanswered_requests_disappoint(game, rules):
    amounts, fraud = np.full(12, 5_000), np.zeros(12, np.bool_)
    asking.open_requests(game, Effects(rules), np.arange(12), RequestKind.RECEIPT, amounts, fraud)
    morale = game.participants.morale.copy()
    effects = step(deadlines.request_deadlines_step, game, rules, tick=rules.requests.receipt.due_ticks)
    assert (game.requests.status == RequestStatus.EXPIRED).all()
    assert np.allclose(game.participants.morale, morale + rules.requests.expired.morale)
    assert game.games.reputation[0] == pytest.approx(60 - 12 * 0.5)
    assert codes(effects).count(EventCode.REQUEST_EXPIRED) == 12
    assert set(game.incidents.cause.tolist()) <= {Cause.REQUEST_EXPIRED}


def test_leases_are_announced_and_end(game, rules):
    game.participants.in_person[:], game.participants.bed[:] = True, 0
    game.participants.bed[:6] = 1
    ends_at = int(game.leases.ends_tick[0])
    notice = rules.messages.lease_notice_ticks
    assert codes(step(deadlines.lease_deadlines_step, game, rules, tick=ends_at - notice)) == [EventCode.LEASE_ENDING]
    effects = step(deadlines.lease_deadlines_step, game, rules, tick=ends_at)
    assert game.leases.status[0] == LeaseStatus.ENDED
    assert not game.participants.bed.any()
    assert codes(effects).count(EventCode.PARTICIPANT_UNHOUSED) == 6
    assert effects.events.table.count[-1] == 6


def test_three_nights_without_a_bed(game, rules):
    people, harm = game.participants, rules.market.unhoused
    people.in_person[:], people.bed[:] = False, 0
    people.in_person[3], people.morale[3] = True, 100
    for night_number in range(1, 4):
        step(night.housing_step, game, rules, tick=6 * night_number - 1)
        assert people.morale[3] == 100 + night_number * harm.morale
    assert people.status[3] == PersonStatus.LEFT
    assert game.games.unhoused_nights[0] == 3
    assert game.games.reputation[0] == pytest.approx(60 + 3 * harm.reputation + harm.leaving_reputation)
    assert game.games.legal[0] == pytest.approx(3 * harm.legal + harm.leaving_legal)


def test_a_night_in_a_bed_ends_the_row(game, rules):
    people = game.participants
    people.in_person[:], people.unhoused_nights[:], people.bed[:] = True, 2, 1
    step(night.housing_step, game, rules, tick=DAY_END)
    assert not people.unhoused_nights.any()


def test_the_day_is_paid_for(game, rules):
    game.participants.in_person[:] = False
    game.participants.in_person[:5] = True
    game.games.volunteers[0] = 2
    effects = step(night.costs_step, game, rules, tick=DAY_END)
    assert effects.summaries(1)[0]["budget_cents"] == {"rent": -6 * 2500 / 2, "food": -5 * 600, "volunteers": -2 * 6000}
    assert not step(night.costs_step, game, rules, tick=DAY_END + 1).changes


def test_sponsors_pay_by_mood_and_name(game, rules):
    game.games.sponsor_mood[0] = 1.2
    assert not step(night.sponsors_step, game, rules, tick=53).changes
    step(night.sponsors_step, game, rules, tick=59)
    assert game.games.budget_cents[0] == 30_000_00 + round(12_500_00 * 1.2 * (0.4 + 0.6))


def test_everybody_has_one_hour_a_day(game, rules):
    for day in (0, 1, 17):
        met = []
        for tick in range(day * 6, day * 6 + 6):
            game.games.tick[0] = tick
            met += work.on_duty(game, Turn.begin(game, rules)).tolist()
        assert sorted(met) == list(range(12))


def test_work_becomes_commits_devlogs_and_streaks(begin, altered_rules):
    rules = altered_rules(
        {"work/day/base_chance": 1.0, "work/day/chance_by_morale": 0.0, "work/day/devlog_chance": 1.0}
    )
    state = begin(7, using=rules)
    written = 0
    for tick in range(18):
        effects = step(work.work_step, state, rules, tick=tick)
        assert len(effects.commits) == len(effects.devlogs) == 2
        written += effects.commits.table.hours.sum()
    people = state.participants
    assert (people.streak == 3).all()
    assert people.hours.sum() == pytest.approx(written)
    assert people.hours.min() >= 3 * rules.work.day.hours.low
    step(dawn.streaks_step, state, rules, tick=18)
    assert (people.streak == 3).all()
    step(dawn.streaks_step, state, rules, tick=30)
    assert not people.streak.any()


def test_silence_hurts_and_alarms(begin, altered_rules):
    rules = altered_rules({"work/day/base_chance": 0.0, "work/day/chance_by_morale": 0.0, "work/idle/chance": 1.0})
    state = begin(7, using=rules)
    for tick in range(18):
        step(work.work_step, state, rules, tick=tick)
    assert (state.participants.idle_days == 3).all()
    assert sorted(state.incidents.subject.tolist()) == list(range(1, 13))
    assert state.games.reputation[0] == pytest.approx(60 + 12 * rules.work.devlogs.reputation)
    for tick in range(18, 36):
        step(work.work_step, state, rules, tick=tick)
    assert len(state.incidents) == 12


def test_the_discouraged_quit(begin, altered_rules):
    rules = altered_rules({"work/quitting/chance": 1.0})
    state = begin(7, using=rules)
    state.participants.morale[:] = 5
    effects = step(work.work_step, state, rules, tick=0)
    assert codes(effects).count(EventCode.PARTICIPANT_QUIT) == 2
    assert state.games.people_lost[0] == 2
    assert state.games.reputation[0] < 60 + 2 * rules.work.quitting.reputation + 0.1


def test_finished_projects_wait_and_fret(game, rules):
    people = game.participants
    people.hours[:] = rules.work.shipping.first_hours
    for tick in range(24):
        step(work.work_step, game, rules, tick=tick)
    assert (people.ship_state == ShipState.READY_FIRST).all()
    assert (people.waiting_days == 4).all()
    people.ship_state[:], people.hours[:] = ShipState.BUILDING_SECOND, 70
    step(work.work_step, game, rules, tick=30)
    assert (people.ship_state == ShipState.BUILDING_SECOND).all()
    step(work.work_step, game, rules, tick=180)
    assert (people.ship_state == ShipState.READY_SECOND).sum() == 2


def test_stipends_and_flights_are_asked_for_in_time(game, rules):
    for tick in range(60):
        step(asking.requests_step, game, rules, tick=tick)
    assert not (game.requests.kind == RequestKind.STIPEND).any()
    for tick in range(60, 66):
        step(asking.requests_step, game, rules, tick=tick)
    assert (game.requests.kind == RequestKind.STIPEND).sum() == 12
    game.participants.first_shipped_tick[:] = 3
    for tick in range(84, 102):
        step(asking.requests_step, game, rules, tick=tick)
    flights = game.requests.kind == RequestKind.FLIGHT
    assert flights.sum() == 12
    assert game.requests.created_tick[flights].min() == 90
    assert set(game.requests.amount_cents[flights].tolist()) <= {500_00, 750_00}


def test_suspicion_tells_fraud_from_honesty_but_not_always(game, rules):
    fraud = np.arange(12) % 2 == 0
    for tick in range(200):
        game.games.tick[0] = tick
        asking.open_requests(game, Effects(rules), np.arange(12), RequestKind.RECEIPT, np.full(12, 5_000), fraud)
    requests = game.requests
    assert requests.suspicion[requests.fraud].mean() == pytest.approx(0.72, abs=0.02)
    assert requests.suspicion[~requests.fraud].mean() == pytest.approx(0.25, abs=0.02)
    assert requests.suspicion.min() == 0
    assert requests.suspicion.max() == 1


def test_incidents_come_as_often_as_the_rules_say(begin, rules):
    state = begin(*range(2000))
    turn = Turn.begin(state, rules)
    expected = chance.incident_chance(state, turn)
    assert np.allclose(expected, 0.10 + 0.005 * 12)
    chance.incidents_step(state, turn)
    assert len(state.incidents) == pytest.approx(2000 * 0.16, rel=0.15)
    about = rules.incident_types.subject[state.incidents.type]
    assert ((state.incidents.subject > 0) == (about > 0)).all()


def test_trouble_with_the_law_brings_lawsuits(begin, altered_rules):
    rules = altered_rules({"incidents/legal_trouble/chance": 1.0, "incidents/chance/base": 0.0})
    state = begin(1, 2, using=rules)
    state.games.legal[0] = 51
    step(chance.incidents_step, state, rules)
    lawsuits = state.incidents.cause == Cause.LEGAL_TROUBLE
    assert state.incidents.game[lawsuits].tolist() == [0]


def test_gains_of_reputation_shrink_near_the_top(game, rules):
    effects = Effects(rules)
    rows = np.array([0])
    game.games.reputation[0] = 97
    effects.change(game.games, Quantity.REPUTATION, Cause.STREAKS, rows, np.array([1.0]))
    assert game.games.reputation[0] == pytest.approx(97 + 3 / 60)
    effects.change(game.games, Quantity.REPUTATION, Cause.UNHOUSED, rows, np.array([-1.0]))
    assert game.games.reputation[0] == pytest.approx(96 + 3 / 60)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("reputation", 0, EndReason.SHUT_DOWN),
        ("legal", 100, EndReason.SUED),
        ("broke_ticks", 11, EndReason.BANKRUPT),
        ("burnout_ticks", 11, EndReason.BURNOUT),
        ("tick", 359, EndReason.FINISHED),
    ],
)
def test_how_games_end(game, rules, column, value, reason):
    game.games.budget_cents[0] = -1 if reason is EndReason.BANKRUPT else 1
    game.games.stress[0] = 100 if reason is EndReason.BURNOUT else 0
    getattr(game.games, column)[0] = value
    effects = step(ends.ends_step, game, rules)
    assert game.games.end_reason[0] == reason
    won = reason is EndReason.FINISHED
    assert game.games.status[0] == (GameStatus.FINISHED if won else GameStatus.LOST)
    assert codes(effects) == [EventCode.GAME_FINISHED if won else EventCode.GAME_LOST]


def test_an_empty_hackathon_ends_only_after_some_days(game, rules):
    game.participants.status[4:] = PersonStatus.LEFT
    step(ends.ends_step, game, rules, tick=20)
    assert game.games.status[0] == GameStatus.RUNNING
    step(ends.ends_step, game, rules, tick=35)
    assert game.games.end_reason[0] == EndReason.EMPTY


def test_recovering_resets_the_count(game, rules):
    game.games.broke_ticks[0] = 5
    step(ends.ends_step, game, rules)
    assert game.games.broke_ticks[0] == 0


def test_the_move_to_sf_is_told(game, rules):
    assert codes(step(ends.ends_step, game, rules, tick=179)) == [EventCode.PHASE_STARTED]


def test_arrivals_after_the_move_are_remote_and_rare(begin, altered_rules):
    rules = altered_rules({"work/people/in_person": 1.0})
    state = begin(5, using=rules)
    for day in range(30, 36):
        step(dawn.arrivals_step, state, rules, tick=day * 6)
    assert len(state.participants) == 14
    assert state.participants.in_person.tolist() == [True] * 12 + [False] * 2


def test_nobody_arrives_at_a_full_house(begin, altered_rules):
    rules = altered_rules({"economy/limits/participants": 12})
    state = begin(5, using=rules)
    step(dawn.arrivals_step, state, rules, tick=6)
    assert len(state.participants) == 12
    assert state.games.arrivals_day[0] == 1
