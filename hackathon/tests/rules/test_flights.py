"""docs/flights.md draws the table of transitions that the code obeys."""

import re
from pathlib import Path

from hackathon.rules.enums import FlightState
from hackathon.rules.flights import TRANSITIONS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "flights.md"
WRITTEN = {FlightState.NONE: r"[*]"}


def name(state: FlightState) -> str:
    return WRITTEN.get(state, state.name.lower())


def test_the_drawing_is_the_table() -> None:
    drawn = set(re.findall(r"^ {4}(\S+) --> (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert drawn == {(name(a), name(b)) for a, following in TRANSITIONS.items() for b in following}
