"""Each action does what the rules say, and is refused with the right code."""

import math

import numpy as np
import pytest

from hackathon import errors
from hackathon.rules.enums import (
    EventCode,
    FlightState,
    GameStatus,
    IncidentStatus,
    PersonStatus,
    Reason,
    RequestKind,
    RequestStatus,
    ShipmentState,
    ShipState,
)
from hackathon.simulation.actions import (
    ACTIONS,
    apply_action,
    apply_penalty,
    possible_actions,
    trigger_incident,
)
from hackathon.simulation.effects import Effects
from hackathon.simulation.steps.asking import open_requests
from hackathon.simulation.tick import run_tick
from hackathon.tests.simulation.comparing import fingerprint
from tommy.core.errors import DomainError


@pytest.fixture
def do(game, rules):
    """Acts on the one game, with points enough unless told otherwise."""

    def act(action, target=None, ap=24.0, **parameters):
        game.games.ap[0] = ap
        return apply_action(game, 0, action, target, parameters, rules)

    return act


def ask(game, rules, kind=RequestKind.RECEIPT, fraud=False, person=0, amount=10_000):
    """File a request; answers its number."""
    people = np.array([person])
    row = open_requests(game, Effects(rules), people, kind, np.array([amount]), np.array([fraud]))[0]
    return int(game.requests.number[row])


def codes(outcome):
    return [EventCode(code) for code in outcome.effects.events.table.code]


def refused(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value


def test_rest_takes_stress_off_and_costs_points(game, do, rules):
    game.games.stress[0] = 50
    outcome = do("rest")
    assert game.games.ap[0] == 24 - rules.actions.rest.ap
    spent = rules.actions.rest.ap * rules.actions.stress_per_ap
    assert game.games.stress[0] == pytest.approx(50 + spent + rules.actions.rest.stress)
    assert outcome.message_key == "action.rest"
    assert outcome.message(rules)


def test_volunteers_up_to_the_limit(game, do, rules):
    for _ in range(rules.economy.limits.volunteers):
        do("hire_volunteer")
    assert refused(do, "hire_volunteer").code == "volunteers_full"
    assert game.games.volunteers[0] == rules.economy.limits.volunteers


def test_fundraising_needs_patience(game, do, rules):
    outcome = do("fundraise")
    assert outcome.facts["euros"] == 500 + 20 * 60
    assert game.games.budget_cents[0] == 30_000_00 + 1_700_00
    assert refused(do, "fundraise").data["remaining_ticks"] == rules.actions.fundraise.every_ticks
    game.games.tick[0] += rules.actions.fundraise.every_ticks
    do("fundraise")


def test_talking_lifts_morale_and_ends_silence(game, do, rules):
    game.participants.morale[2], game.participants.idle_days[2] = 40, 2
    do("talk", 3)
    assert game.participants.morale[2] == 40 + rules.actions.talk.morale
    assert game.participants.idle_days[2] == 0


def test_replying_to_a_person_or_to_nobody_in_particular(game, do, rules):
    game.participants.morale[2] = 40
    do("reply", 3, text="Hang on!")
    assert game.participants.morale[2] == 40 + rules.actions.reply.morale
    do("reply", text="Thank you for your letter.")


def test_shipping_in_two_phases(game, do, rules):
    refusal = refused(do, "ship", 1)
    assert (refusal.code, refusal.data["hours_needed"]) == ("nothing_to_ship", rules.work.shipping.first_hours)
    for stage, phase in ((ShipState.READY_FIRST, "pre_sf"), (ShipState.READY_SECOND, "post_sf")):
        game.participants.ship_state[0] = stage
        assert do("ship", 1).facts["phase"] == phase
        game.shipments.state[:] = ShipmentState.DELIVERED
    assert (game.games.first_ships[0], game.games.second_ships[0]) == (1, 1)
    assert refused(do, "ship", 1).code == "already_shipped"


def test_penalties_are_a_function_of_their_own(game, do, rules):
    before = game.games.stress[0]
    effects = apply_penalty(game, 0, refused(do, "ship", 1).penalty, rules)
    assert game.games.stress[0] == before + rules.actions.ship.unfinished_stress
    assert effects.events.table.code.tolist() == [EventCode.ACTION_REFUSED]


def test_approving_pays(game, do, rules):
    number, morale = ask(game, rules), game.participants.morale[0]
    outcome = do("approve", number)
    assert game.games.budget_cents[0] == 30_000_00 - 100_00
    assert game.participants.morale[0] == morale + rules.requests.approved.morale
    assert game.requests.status[0] == RequestStatus.APPROVED
    assert EventCode.REQUEST_APPROVED in codes(outcome)
    assert refused(do, "approve", number).code == "request_closed"


def test_paying_a_fraud_costs_the_name(game, do, rules):
    do("approve", ask(game, rules, fraud=True))
    assert game.games.frauds_paid[0] == 1
    assert game.games.reputation[0] == pytest.approx(60 + rules.requests.approved.fraud_reputation)


def test_denials_say_why(game, do, rules):
    number = ask(game, rules)
    outcome = do("reject", number)
    assert outcome.action == "deny"
    assert rules.requests.reasons["organiser_decision"] in outcome.facts["why"]
    assert game.requests.reasons[0] & Reason.ORGANISER_DECISION
    assert game.games.reputation[0] == pytest.approx(60 + rules.requests.denied.honest_reputation)


def test_two_frauds_flag_a_person(game, do, rules):
    for _ in range(2):
        do("deny", ask(game, rules, fraud=True))
    assert game.participants.suspicious[0] == 2
    assert game.participants.flagged[0]
    number = ask(game, rules)
    assert game.requests.reasons[-1] & Reason.FLAGGED_PERSON
    assert do("approve", number)


@pytest.mark.parametrize(("fraud", "status"), [(True, RequestStatus.DENIED), (False, RequestStatus.APPROVED)])
def test_verifying_decides_by_the_truth(game, do, rules, fraud, status):
    outcome = do("verify", ask(game, rules, fraud=fraud))
    assert outcome.facts["fraud"] is fraud
    assert game.requests.status[0] == status
    assert game.requests.verified[0]
    assert game.games.budget_cents[0] == (30_000_00 if fraud else 29_900_00)


def test_some_of_the_honest_make_a_scandal(game, do, rules):
    for _ in range(60):
        do("deny", ask(game, rules))
        game.incidents.status[:] = IncidentStatus.RESOLVED
    share = len(game.incidents) / 60
    assert abs(share - rules.requests.denied.incident_chance) < 0.17


def test_resolving_does_what_the_choice_says(game, do, rules):
    number, _ = trigger_incident(game, 0, rules, "lawsuit_threat")
    game.games.legal[0], game.games.stress[0] = 50, 20
    assert refused(do, "resolve", number, choice="run").data["known"] == ["lawyer", "settle", "ignore_it"]
    do("resolve", number, choice="lawyer")
    assert game.games.legal[0] == 38
    expected = 20 + 2 * rules.actions.stress_per_ap - rules.incidents.resolve_relief - 2
    assert game.games.stress[0] == pytest.approx(expected)
    assert game.games.budget_cents[0] == 30_000_00 - 1_500_00
    assert refused(do, "resolve", number, choice="lawyer").code == "incident_closed"


def test_a_promise_comes_back(game, do, rules):
    number, _ = trigger_incident(game, 0, rules, "missing_stipend")
    outcome = do("resolve", number, choice="promise")
    assert outcome.facts["came_back"] is True
    assert game.incidents.reopened_from[-1] == number
    assert game.incidents.status.tolist() == [IncidentStatus.RESOLVED, IncidentStatus.OPEN]


def test_striking_somebody_off_frees_bed_and_requests(game, do, rules):
    number, _ = trigger_incident(game, 0, rules, "developer_missing")
    subject = int(game.incidents.subject[0])
    row = game.participants.row(0, subject)
    request = ask(game, rules, person=row)
    do("resolve", number, choice="mark_awol")
    assert game.participants.status[row] == PersonStatus.AWOL
    assert game.participants.bed[row] == 0
    assert game.requests.status[game.requests.row(0, request)] == RequestStatus.WITHDRAWN
    assert game.games.people_lost[0] == 1
    assert refused(do, "talk", subject).code == "participant_gone"


def test_an_audit_flags_only_the_dishonest(game, do, rules):
    game.participants.honest[:6] = False
    number, _ = trigger_incident(game, 0, rules, "fraud_ring")
    do("resolve", number, choice="audit")
    assert game.participants.flagged.any()
    assert not (game.participants.flagged & game.participants.honest).any()


def test_leasing_takes_free_beds_and_moves_people_in(game, do, rules):
    game.participants.bed[:] = 0
    game.participants.in_person[:] = True
    listing = int(game.listings.number[0])
    beds, price = int(game.listings.capacity[0]), int(game.listings.price_cents[0])
    outcome = do("lease_housing", listing)
    assert outcome.facts["beds"] == outcome.facts["moved_in"] == beds
    assert game.games.budget_cents[0] == 30_000_00 - beds * price * rules.actions.lease_housing.nights_down
    refusal = refused(do, "lease_housing", listing)
    assert refusal.code == "listing_full"
    apply_penalty(game, 0, refusal.penalty, rules)
    assert game.games.legal[0] == rules.market.oversubscribed.legal


def test_leasing_some_beds_leaves_the_others(game, do):
    listing = int(game.listings.number[1])
    do("lease_housing", None, listing=listing, beds=2)
    assert game.listings.occupied[1] == 2
    assert refused(do, "lease_housing", listing, beds=1000).code == "listing_full"
    assert refused(do, "lease_housing", 999).code == "listing_not_found"


def test_renewing_costs_more(game, do, rules):
    price, ends = int(game.leases.price_cents[0]), int(game.leases.ends_tick[0])
    do("renew_lease", 1)
    assert game.leases.price_cents[0] == round(price * 1.08)
    assert game.leases.ends_tick[0] == ends + 10 * rules.ticks_per_day
    assert refused(do, "renew_lease", 2).code == "lease_not_found"


def test_assigning_beds(game, do):
    people = game.participants
    people.in_person[:], people.bed[:] = True, 0
    for number in range(1, 7):
        assert do("assign", number).facts["lease"] == 1
    assert refused(do, "assign", 7).code == "no_free_bed"
    assert refused(do, "assign", 1).code == "already_housed"
    people.in_person[8] = False
    assert refused(do, "assign", 9).code == "no_bed_needed"


def test_assigning_flights(game, do, rules):
    people = game.participants
    assert refused(do, "assign", 1, what="flight").code == "no_flight_due"
    people.first_shipped_tick[0], people.international[0] = 5, True
    do("assign", 1, what="flight")
    assert people.flight[0] == FlightState.BOOKED
    assert game.games.budget_cents[0] == 30_000_00 - 750_00
    number = ask(game, rules, RequestKind.FLIGHT, person=1, amount=500_00)
    do("assign", 2, what="flight")
    assert game.requests.status[game.requests.row(0, number)] == RequestStatus.APPROVED
    assert game.games.budget_cents[0] == 30_000_00 - 1_250_00


def test_unknown_actions_name_the_known_ones(game, rules):
    for name in ("dance", "", None, 3, ["rest"], {"rest": 1}):
        refusal = refused(apply_action, game, 0, name, None, {}, rules)
        assert refusal.code == "unknown_action"
        assert set(ACTIONS) | {"reject"} == set(refusal.data["known"])


STRANGE = [math.nan, math.inf, -1, 0, 2**31, 10**400, "1", "\x00", True, [], {}, 1.5, "x" * 100_000]


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_strange_values_are_refused_and_change_nothing(game, rules, action, value):
    before = fingerprint(game, 7)
    for parameters in ({"listing": value}, {"beds": value}, {"choice": value}, {"what": value}, {"lease": value}):
        refusal = refused(apply_action, game, 0, action, 999, parameters | {"more": value}, rules)
        assert refusal.status == 400
    assert refused(apply_action, game, 0, action, value, {}, rules).status == 400
    assert fingerprint(game, 7) == before


@pytest.mark.parametrize("parameters", ["text", 7, [1], {"text": ""}, {"text": "a\x00b"}, {"text": "x" * 3000}])
def test_replies_must_be_text(game, rules, parameters):
    assert refused(apply_action, game, 0, "reply", 1, parameters, rules).code == "invalid_parameters"


@pytest.mark.parametrize("action", ["rest", "hire_volunteer", "fundraise"])
def test_points_must_suffice(game, do, action):
    before = fingerprint(game, 7)
    refusal = refused(do, action, ap=0.4)
    assert refusal.code == "not_enough_ap"
    game.games.ap[0] = 12
    assert fingerprint(game, 7) == before


def test_money_must_suffice(game, do, rules):
    number = ask(game, rules)
    game.games.budget_cents[0] = 99_99
    assert refused(do, "approve", number).code == "not_enough_money"
    assert refused(do, "verify", number).code == "not_enough_money"
    do("deny", number)


@pytest.mark.parametrize(
    ("status", "code"),
    [(GameStatus.LOST, "game_over"), (GameStatus.FINISHED, "game_over"), (GameStatus.PAUSED, "game_paused")],
)
def test_ended_and_paused_games_stand_still(game, do, rules, status, code):
    game.games.status[0] = status
    assert refused(do, "rest").code == code
    assert refused(trigger_incident, game, 0, rules).code == code
    assert not any(action.possible for action in possible_actions(game, 0, rules))
    before = fingerprint(game, 7)
    assert not run_tick(game, rules).changes
    assert fingerprint(game, 7) == before


def test_triggering_incidents_up_to_the_limit(game, rules):
    numbers = [trigger_incident(game, 0, rules)[0] for _ in range(rules.economy.limits.open_incidents)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(np.unique(game.incidents.type)) > 4
    assert refused(trigger_incident, game, 0, rules).code == "too_many_incidents"
    game.incidents.status[0] = IncidentStatus.RESOLVED
    assert refused(trigger_incident, game, 0, rules, "meteor").code == "unknown_incident_type"


def test_what_is_possible_is_possible(game, rules):
    """Whatever the list calls possible is not refused for its state with the first of its targets."""
    for _ in range(80):
        run_tick(game, rules)
    game.games.status[0], game.games.ap[0] = GameStatus.RUNNING, 24
    for action in possible_actions(game, 0, rules):
        assert action.parameters["type"] == "object"
        assert action.possible is (action.why_not == "")
        if action.possible and action.action_type not in {"resolve", "reply", "assign"}:
            state = game.copy()
            apply_action(state, 0, action.action_type, action.targets[0] if action.targets else None, {}, rules)
    by_name = {action.action_type: action for action in possible_actions(game, 0, rules)}
    assert by_name["resolve"].targets
    assert by_name["ship"].why_not_code in {"", "no_target"}


def test_actions_within_given_effects_tell_each_story_once(game, rules):
    effects = Effects(rules)
    game.games.ap[0] = 24
    for number in (1, 2):
        apply_action(game, 0, "talk", number, {}, rules, into=effects)
    thanks = rules.message_kinds.index["thanks.talk"]
    assert effects.messages.table.participant[effects.messages.table.kind == thanks].tolist() == [1, 2]


def test_penalties_are_named_by_the_errors():
    assert {errors.NothingToShip.penalty, errors.ListingFull.penalty} == set(errors.Penalty)
