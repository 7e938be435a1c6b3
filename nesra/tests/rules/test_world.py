from hypothesis import given
from hypothesis import strategies as st

from nesra.rules.enums import Place
from nesra.rules.world import levels_at, unlocks
from nesra.tests.rules.numbers import STEPS


def test_steps_come_at_five_fifteen_and_thirty() -> None:
    levels = dict.fromkeys(Place, 1)
    reached: dict[int, list[str]] = {}
    for successes in range(1, 41):
        due = unlocks(levels, successes, STEPS)
        levels.update(dict(due))
        if due:
            reached[successes] = [place for place, _ in due]
    assert reached == {5: ["study_room"], 15: ["build_room"], 30: ["plaza"]}


@given(st.integers(0, 100), st.dictionaries(st.sampled_from(Place), st.integers(1, 5)))
def test_applying_steps_twice_changes_nothing(successes: int, some: dict[Place, int]) -> None:
    levels = {**dict.fromkeys(Place, 1), **some}
    levels.update(dict(unlocks(levels, successes, STEPS)))
    assert unlocks(levels, successes, STEPS) == []


def test_a_missed_step_is_made_up_for() -> None:
    assert [place for place, _ in unlocks(dict.fromkeys(Place, 1), 16, STEPS)] == ["study_room", "build_room"]


def test_places_never_fall() -> None:
    high = dict.fromkeys(Place, 3)
    assert unlocks(high, 0, STEPS) == []
    assert set(levels_at(0, STEPS).values()) == {1}
