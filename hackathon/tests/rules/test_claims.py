"""Suspicion is the sum of the faults, never more than certain; the journey of a flight has an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hackathon.rules.claims import Claim, faults, suspicion
from hackathon.rules.compiled import default_rules
from hackathon.rules.enums import FlightState, Reason
from hackathon.rules.flights import IN_THE_AIR, TRANSITIONS

RULES = default_rules().requests.claims
SOUND = Claim(10_000, "A train ticket to the venue.", 1, flagged=False, earlier_suspicion=False, repeated=False)


def test_a_sound_claim_has_no_faults():
    assert faults(SOUND, RULES) == Reason.NONE
    assert suspicion(Reason.NONE, RULES) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount_cents": 100_001}, Reason.UNUSUAL_AMOUNT),
        ({"justification": "pls"}, Reason.NO_GROUNDS),
        ({"receipts": 0, "amount_cents": 30_000}, Reason.NO_PAPERS),
        ({"flagged": True}, Reason.FLAGGED_PERSON),
        ({"earlier_suspicion": True}, Reason.EARLIER_SUSPICION),
        ({"repeated": True}, Reason.REPEATED_CLAIM),
    ],
)
def test_each_fault_is_found(change, reason):
    assert faults(SOUND._replace(**change), RULES) == reason


@given(st.integers(1, 10**9), st.text(max_size=40), st.integers(0, 5), *(st.booleans() for _ in range(3)))
def test_a_further_fault_never_makes_a_claim_less_suspicious(amount, words, receipts, flagged, earlier, repeated):
    claim = Claim(amount, words, receipts, flagged, earlier, repeated)
    score = suspicion(faults(claim, RULES), RULES)
    worse = suspicion(faults(claim._replace(flagged=True, receipts=0), RULES), RULES)
    assert 0 <= score <= worse <= 1


def test_every_flight_that_is_booked_comes_to_an_end():
    assert set(TRANSITIONS) == set(FlightState)
    for state in IN_THE_AIR:
        assert FlightState.FLOWN in TRANSITIONS[state]
    for end in (FlightState.FLOWN, FlightState.CANCELLED, FlightState.DENIED):
        assert not TRANSITIONS[end]
