"""docs/shipping.md draws the table of transitions that the code obeys."""

import re
from pathlib import Path

from hackathon.rules.enums import ShipmentState
from hackathon.rules.shipping import TRANSITIONS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "shipping.md"


def test_the_drawing_is_the_table():
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert drawn == {(a.name.lower(), b.name.lower()) for a, following in TRANSITIONS.items() for b in following}


def test_no_parcel_is_stuck():
    assert [state for state in ShipmentState if not TRANSITIONS[state]] == [ShipmentState.DELIVERED]
