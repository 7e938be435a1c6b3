"""Streaks, over every zone of the database and the days around every change of its clocks from 2024 to 2030.

Six hundred zones behave in under seventy ways in these years: each way is walked through, by every zone that shows it
standing for its class, so that all of them are covered and the walk stays quick.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesra.rules.calendar import DAY, INSTANT, day_start, local_day, midnight_after
from nesra.rules.numbers import StreakNumbers
from nesra.rules.streaks import Leave, Streak, deadline, leave_days, leave_until, outlook, stand, succeed
from nesra.tests.rules.numbers import NO_FREEZES, STREAKS

FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
HOUR = timedelta(hours=1)

starts = st.integers(0, 2_490 * 24 * 3_600).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def play(
    streak: Streak,
    zone: ZoneInfo,
    now: datetime,
    numbers: StreakNumbers = NO_FREEZES,
    leave: Leave | None = None,
) -> Streak:
    return succeed(stand(streak, zone=zone, leave=leave, now=now), zone=zone, numbers=numbers, now=now)


def days_at(streak: Streak, zone: ZoneInfo, now: datetime) -> int:
    return stand(streak, zone=zone, leave=None, now=now).days


@lru_cache
def behaviours() -> dict[tuple[timedelta | None, ...], list[str]]:
    """Zones by the offset at the start of each day: two of one class have the same midnights."""
    span = [FIRST + timedelta(days=offset) for offset in range(-2, (LAST - FIRST).days + 3)]
    classes: dict[tuple[timedelta | None, ...], list[str]] = defaultdict(list)
    for name in ZONES:
        zone = ZoneInfo(name)
        classes[tuple(datetime(d.year, d.month, d.day, tzinfo=zone).utcoffset() for d in span)].append(name)
    return classes


def one_of_each() -> Iterator[ZoneInfo]:
    return (ZoneInfo(names[0]) for names in behaviours().values())


@lru_cache
def odd_days(zone: ZoneInfo) -> list[date]:
    """The days of 23, 25 or any other number of hours but 24, and where there are none, one ordinary day a year."""
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days)]
    starts = [day_start(day, zone) for day in [*days, LAST]]
    odd = [day for day, start, end in zip(days, starts, starts[1:], strict=False) if end - start != DAY]
    return odd or [date(year, 3, 31) for year in range(2024, 2031)]


def test_the_classes_cover_every_zone() -> None:
    assert sorted(name for names in behaviours().values() for name in names) == ZONES
    assert len(ZONES) > 400
    assert sum(len(odd_days(zone)) for zone in one_of_each()) > 300


@pytest.mark.parametrize("part", [0, 0.001, 0.5, 0.999])
def test_a_success_every_day_keeps_the_streak_through_every_change_of_clocks(part: float) -> None:
    for zone in one_of_each():
        for odd in odd_days(zone):
            streak = Streak()
            for count, offset in enumerate(range(-2, 4), start=1):
                start = day_start(odd + timedelta(days=offset), zone)
                moment = start + part * (midnight_after(start, zone) - start)
                streak = play(streak, zone, moment)
                assert streak.days == count, (zone, odd, offset)


def test_first_and_last_minute_of_alternating_days_keep_it_too() -> None:
    for zone in one_of_each():
        for odd in odd_days(zone):
            streak = Streak()
            for count, offset in enumerate(range(-2, 4), start=1):
                start = day_start(odd + timedelta(days=offset), zone)
                moment = start if offset % 2 else midnight_after(start, zone) - INSTANT
                streak = play(streak, zone, moment)
                assert streak.days == count, (zone, odd, offset)


def test_a_day_without_a_success_ends_it_at_midnight_and_not_before() -> None:
    for zone in one_of_each():
        for odd in odd_days(zone):
            for offset in (-2, -1, 0, 1):
                noon = day_start(odd + timedelta(days=offset), zone) + 11 * HOUR
                streak = play(Streak(), zone, noon)
                end = midnight_after(midnight_after(noon, zone), zone)
                assert streak.judged_at == end
                assert days_at(streak, zone, end - INSTANT) == 1
                assert days_at(streak, zone, end) == 0


@given(st.sampled_from(ZONES), starts, st.data())
def test_the_deadline_is_the_seeds_rule(name: str, success: datetime, data: st.DataObject) -> None:
    """At local midnight, without a success in the day that ends or in the 24 hours before: not a midnight sooner."""
    zone = ZoneInfo(name)
    midnight = midnight_after(success, zone)
    while success >= midnight - DAY or local_day(success, zone) == local_day(midnight - INSTANT, zone):
        midnight = midnight_after(midnight, zone)
    assert deadline(success, zone) == midnight
    moment = success + data.draw(st.timedeltas(timedelta(0), timedelta(days=4)))
    assert days_at(play(Streak(), zone, success), zone, moment) == (moment < midnight)


def test_on_a_day_of_23_hours_the_24_hours_reach_into_the_day_before() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    late_on_saturday = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    streak = play(Streak(), berlin, late_on_saturday)
    assert days_at(streak, berlin, datetime(2026, 3, 29, 22, tzinfo=UTC)) == 1
    assert days_at(streak, berlin, datetime(2026, 3, 30, 22, tzinfo=UTC)) == 0


def test_several_successes_count_a_day_once() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    streak = Streak()
    for hour in range(0, 24, 3):
        streak = play(streak, zone, day_start(FIRST, zone) + hour * HOUR)
    assert (streak.days, streak.longest, streak.last_day) == (1, 1, FIRST)


moves = st.lists(
    st.tuples(st.sampled_from(ZONES), st.timedeltas(timedelta(0), timedelta(hours=40)), st.booleans()), max_size=12
)


@given(st.sampled_from(ZONES), starts, moves)
def test_travelling_neither_breaks_a_streak_nor_counts_a_day_twice(
    home: str, start: datetime, moves: list[tuple[str, timedelta, bool]]
) -> None:
    zone, now = ZoneInfo(home), start
    streak = play(Streak(), zone, now)
    counted = [streak.last_day]
    for name, wait, succeeds in moves:
        now += wait
        streak = stand(streak, zone=zone, leave=None, now=now)
        alive, zone = streak.days, ZoneInfo(name)
        assert days_at(streak, zone, now) == alive
        streak = stand(streak, zone=zone, leave=None, now=now)
        if succeeds:
            streak = play(streak, zone, now)
            if streak.days != alive:
                counted.append(streak.last_day)
    assert len(counted) == len(set(counted))


@given(st.sampled_from(ZONES), starts, st.lists(st.sampled_from(ZONES), min_size=1, max_size=30))
def test_hopping_zones_cannot_hold_a_streak_for_ever(home: str, start: datetime, hops: list[str]) -> None:
    streak = play(Streak(), ZoneInfo(home), start)
    zone = ZoneInfo(home)
    for hop in range(240):
        zone = ZoneInfo(hops[hop % len(hops)])
        streak = stand(streak, zone=zone, leave=None, now=start + hop * HOUR)
    assert streak.days == 0


def test_across_the_date_line_and_back() -> None:
    honolulu, auckland = ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Auckland")
    monday = datetime(2026, 6, 1, 18, tzinfo=UTC)  # Monday 08:00 in Honolulu, Tuesday 06:00 in Auckland
    streak = play(Streak(), honolulu, monday)
    landed = monday + 12 * HOUR  # Tuesday 18:00 in Auckland
    assert days_at(streak, auckland, landed + 28 * HOUR) == 1  # Wednesday 22:00, and there is time until midnight
    streak = play(streak, auckland, landed + 14 * HOUR)  # Wednesday 08:00
    assert (streak.days, streak.last_day) == (2, date(2026, 6, 3))
    back = landed + 25 * HOUR  # Tuesday again, 21:00 in Honolulu
    streak = play(streak, honolulu, back)
    assert (streak.days, streak.last_day) == (2, date(2026, 6, 3))
    streak = play(streak, honolulu, back + 24 * HOUR)  # Wednesday, which counted in Auckland
    assert streak.days == 2
    assert play(streak, honolulu, back + 48 * HOUR).days == 3


@given(
    st.sampled_from(ZONES),
    starts,
    st.integers(0, 2),
    st.lists(st.timedeltas(timedelta(0), timedelta(days=5)), max_size=8),
    st.none() | st.tuples(st.timedeltas(timedelta(0), timedelta(days=3)), st.integers(1, 9)),
)
def test_looking_late_often_or_never_gives_the_same(
    name: str, start: datetime, freezes: int, waits: list[timedelta], vacation: tuple[timedelta, int] | None
) -> None:
    zone = ZoneInfo(name)
    often = never = replace(play(Streak(), zone, start), freezes=freezes)
    leave = None
    if vacation is not None:
        leave = Leave(start + vacation[0], leave_until(vacation[1], zone=zone, now=start + vacation[0]))
    now = start
    for wait in waits:
        now += wait
        often = stand(often, zone=zone, leave=leave, now=now)
        assert stand(often, zone=zone, leave=leave, now=now) == often
    assert often == stand(never, zone=zone, leave=leave, now=now)


@given(st.sampled_from(ZONES), starts, st.lists(st.timedeltas(timedelta(0), timedelta(hours=60)), max_size=10))
def test_one_more_success_never_hurts(name: str, start: datetime, waits: list[timedelta]) -> None:
    zone, now = ZoneInfo(name), start
    less = more = play(Streak(), zone, start)
    for number, wait in enumerate(waits):
        now += wait
        more = play(more, zone, now)
        less = play(less, zone, now) if number % 2 else stand(less, zone=zone, leave=None, now=now)
        assert more.days >= less.days


def test_a_freeze_is_earned_every_week_and_two_are_held() -> None:
    zone, streak = ZoneInfo("UTC"), Streak()
    held = []
    for offset in range(28):
        streak = play(streak, zone, day_start(FIRST + timedelta(days=offset), zone), STREAKS)
        held.append(streak.freezes)
    assert [held[i] for i in (5, 6, 12, 13, 20, 27)] == [0, 1, 1, 2, 2, 2]


def test_freezes_are_used_by_themselves_a_day_each() -> None:
    zone = ZoneInfo("Europe/Berlin")
    streak = replace(play(Streak(), zone, day_start(FIRST, zone)), freezes=2)
    left = [
        (standing.days, standing.freezes)
        for offset in range(1, 6)
        for standing in [stand(streak, zone=zone, leave=None, now=day_start(FIRST + timedelta(days=offset), zone))]
    ]
    assert left == [(1, 2), (1, 1), (1, 0), (0, 0), (0, 0)]


def test_a_day_on_vacation_is_not_judged_and_the_first_after_it_is() -> None:
    zone = ZoneInfo("America/New_York")
    noon = day_start(FIRST, zone) + 12 * HOUR
    streak = play(Streak(), zone, noon)
    leave = Leave(noon + DAY, leave_until(3, zone=zone, now=noon + DAY))
    assert leave.ends_at == day_start(FIRST + timedelta(days=4), zone)
    assert leave_days(leave, zone) == 3
    back_home = day_start(FIRST + timedelta(days=5), zone)
    assert outlook(streak, zone=zone, leave=leave).judged_at == back_home
    assert stand(streak, zone=zone, leave=leave, now=back_home - INSTANT).days == 1
    assert stand(streak, zone=zone, leave=leave, now=back_home).days == 0


def test_a_vacation_that_was_cut_short_excuses_the_day_it_ended() -> None:
    zone = ZoneInfo("UTC")
    streak = play(Streak(), zone, day_start(FIRST, zone))
    leave = Leave(day_start(FIRST, zone) + DAY, day_start(FIRST, zone) + 1.5 * DAY)
    assert outlook(streak, zone=zone, leave=leave).judged_at == day_start(FIRST + timedelta(days=3), zone)


def test_a_vacation_revives_nothing() -> None:
    zone = ZoneInfo("UTC")
    streak = play(Streak(), zone, day_start(FIRST, zone))
    leave = Leave(day_start(FIRST, zone) + 2 * DAY, day_start(FIRST, zone) + 9 * DAY)
    assert stand(streak, zone=zone, leave=leave, now=day_start(FIRST, zone) + 3 * DAY).days == 0
