from datetime import UTC, datetime, timedelta

import pytest

from nesra.rules.sessions import Window, expected_end, remaining_seconds, window
from nesra.tests.rules.numbers import SESSIONS

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
END = expected_end(START, 25)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (START, Window.EARLY),
        (END - timedelta(seconds=5) - INSTANT, Window.EARLY),
        (END - timedelta(seconds=5), Window.OPEN),
        (END, Window.OPEN),
        (END + timedelta(hours=24), Window.OPEN),
        (END + timedelta(hours=24) + INSTANT, Window.LATE),
    ],
)
def test_the_window_opens_five_seconds_early_and_closes_a_day_late(moment: datetime, expected: Window) -> None:
    assert window(END, SESSIONS, moment) is expected


def test_whoever_waits_the_remaining_seconds_is_in_time() -> None:
    for offset in (0, 0.4, 1, 1499.5, 1494.999):
        moment = START + timedelta(seconds=offset)
        waited = moment + timedelta(seconds=remaining_seconds(END, moment))
        assert window(END, SESSIONS, waited) is Window.OPEN
    assert remaining_seconds(END, END + timedelta(hours=1)) == 0
