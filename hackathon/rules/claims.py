"""How suspicious a stipend is that the organiser enters for somebody: faults, their weights, and a sum."""

from typing import NamedTuple

from hackathon.rules.base import cents
from hackathon.rules.enums import Reason
from hackathon.rules.requests import Claims


class Claim(NamedTuple):
    """What is known of a claim when it is made; ``repeated``: the same sum was asked for not long ago."""

    amount_cents: int
    justification: str
    receipts: int
    flagged: bool
    earlier_suspicion: bool
    repeated: bool


def faults(claim: Claim, rules: Claims) -> Reason:
    """Everything that speaks against a claim."""
    grounds = sum(character.isalpha() for character in claim.justification)
    found = {
        Reason.FLAGGED_PERSON: claim.flagged,
        Reason.EARLIER_SUSPICION: claim.earlier_suspicion,
        Reason.UNUSUAL_AMOUNT: claim.amount_cents > cents(rules.unusual_euros),
        Reason.REPEATED_CLAIM: claim.repeated,
        Reason.NO_GROUNDS: grounds < rules.grounds_letters,
        Reason.NO_PAPERS: not claim.receipts and claim.amount_cents >= cents(rules.papers_from_euros),
    }
    return Reason(sum(reason for reason, present in found.items() if present))


def suspicion(reasons: Reason, rules: Claims) -> float:
    """0 to 1: the weights of the faults added up."""
    weights: list[float] = [getattr(rules.weights, str(reason.name).lower()) for reason in reasons]
    return min(1.0, sum(weights))
