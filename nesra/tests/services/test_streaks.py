from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from nesra import errors, selectors
from nesra.models import LedgerEntry, WorldState
from nesra.services import player_ensure, streaks_settle, streaks_warn, vacation_end, vacation_start
from nesra.tests.factories import UserFactory, session_done, world_of
from tommy.core.models import Notification

pytestmark = pytest.mark.django_db

BERLIN_MIDNIGHT = datetime(2026, 3, 3, 23, tzinfo=UTC)  # the end of Tuesday 3 March there


@pytest.fixture
def berliner(now: datetime) -> User:
    """Somebody with a streak of one day, Monday 2 March, 10:00 in Berlin."""
    user = UserFactory(timezone="Europe/Berlin")
    session_done(user, now)
    return user


def kinds(user: User) -> list[str]:
    return [row.data["kind"] for row in Notification.objects.filter(user=user).order_by("number")]


def shown(user: User, now: datetime) -> dict[str, Any]:
    streak = selectors.streak_of(user, now)
    assert streak is not None
    return streak


def test_reads_are_right_however_late_the_task_is(berliner: User) -> None:
    assert shown(berliner, BERLIN_MIDNIGHT - timedelta(seconds=1))["day_streak"] == 1
    assert shown(berliner, BERLIN_MIDNIGHT)["day_streak"] == 0
    assert world_of(berliner).day_streak == 1


def test_settling_writes_the_midnight_down_once(berliner: User) -> None:
    assert streaks_settle(now=BERLIN_MIDNIGHT - timedelta(seconds=1)) == 0
    assert streaks_settle(now=BERLIN_MIDNIGHT) == 1
    assert streaks_settle(now=BERLIN_MIDNIGHT + timedelta(days=3)) == 0
    world = world_of(berliner)
    assert (world.day_streak, world.longest_streak) == (0, 1)
    assert kinds(berliner) == ["streak_lost"]
    assert list(LedgerEntry.objects.filter(user=berliner).values_list("streak", flat=True)) == [1, -1]


def test_a_success_before_the_late_task_begins_anew(berliner: User) -> None:
    answer = session_done(berliner, BERLIN_MIDNIGHT + timedelta(hours=9))
    assert answer["worldState"]["day_streak"] == 1
    assert streaks_settle(now=BERLIN_MIDNIGHT + timedelta(hours=9)) == 0
    assert list(LedgerEntry.objects.filter(user=berliner).values_list("streak", flat=True)) == [1, 0]


def test_a_freeze_is_used_by_itself_and_told(berliner: User) -> None:
    WorldState.objects.filter(user=berliner).update(streak_freezes=1)
    assert streaks_settle(now=BERLIN_MIDNIGHT) == 1
    world = world_of(berliner)
    assert (world.day_streak, world.streak_freezes) == (1, 0)
    assert kinds(berliner) == ["freeze_used"]
    streaks_settle(now=BERLIN_MIDNIGHT + timedelta(days=1))
    assert kinds(berliner) == ["freeze_used", "streak_lost"]


def test_a_week_earns_a_freeze(user: User, now: datetime) -> None:
    for offset in range(7):
        answer = session_done(user, now + timedelta(days=offset))
    assert (answer["worldState"]["day_streak"], answer["worldState"]["streak_freezes"]) == (7, 1)
    assert kinds(user)[-1] == "freeze_earned"


def test_a_warning_comes_in_the_evening_once(berliner: User) -> None:
    assert streaks_warn(now=BERLIN_MIDNIGHT - timedelta(hours=4, seconds=1)) == 0
    assert streaks_warn(now=BERLIN_MIDNIGHT - timedelta(hours=4)) == 1
    assert streaks_warn(now=BERLIN_MIDNIGHT - timedelta(hours=1)) == 0
    row = Notification.objects.get(user=berliner)
    assert (row.type, row.data) == (
        "game_event",
        {
            "game": "nesra",
            "kind": "streak_warning",
            "day_streak": 1,
            "freezes": 0,
            "ends_at": "2026-03-03T23:00:00Z",
        },
    )


def test_nobody_is_warned_who_was_here_today_or_is_away(berliner: User, now: datetime) -> None:
    session_done(berliner, now + timedelta(days=1))
    away = UserFactory()
    session_done(away, now)
    vacation_start(user_id=away.pk, days=5, now=now + timedelta(hours=1))
    streaks_warn(now=BERLIN_MIDNIGHT - timedelta(hours=2))
    streaks_warn(now=datetime(2026, 3, 3, 22, tzinfo=UTC))
    assert kinds(berliner) == ["level_up"]
    assert kinds(away) == []


def test_moving_west_gives_the_rest_of_the_local_day(berliner: User) -> None:
    User.objects.filter(pk=berliner.pk).update(timezone="America/Los_Angeles")
    berliner.refresh_from_db()
    assert shown(berliner, BERLIN_MIDNIGHT)["day_streak"] == 1
    assert streaks_settle(now=BERLIN_MIDNIGHT) == 1
    assert world_of(berliner).timezone == "America/Los_Angeles"
    los_angeles_midnight = datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert shown(berliner, los_angeles_midnight - timedelta(seconds=1))["day_streak"] == 1
    assert shown(berliner, los_angeles_midnight)["day_streak"] == 0


def test_a_vacation_keeps_the_streak(berliner: User, now: datetime) -> None:
    vacation_start(user_id=berliner.pk, days=7, now=now + timedelta(hours=1))
    streak = shown(berliner, now + timedelta(hours=2))
    assert streak["vacation"] == {"starts_at": "2026-03-02T10:00:00Z", "ends_at": "2026-03-08T23:00:00Z"}
    assert streak["ends_at"] == "2026-03-09T23:00:00Z"
    streaks_settle(now=now + timedelta(days=6))
    answer = session_done(berliner, now + timedelta(days=7))
    assert answer["worldState"]["day_streak"] == 2
    assert shown(berliner, now + timedelta(days=7))["vacation"] is None


def test_one_vacation_at_a_time_and_not_for_ever(berliner: User, now: datetime) -> None:
    vacation_start(user_id=berliner.pk, days=20, now=now)
    with pytest.raises(errors.OnVacation):
        vacation_start(user_id=berliner.pk, days=1, now=now + timedelta(days=1))
    with pytest.raises(errors.VacationTooLong) as refusal:
        vacation_start(user_id=berliner.pk, days=11, now=now + timedelta(days=30))
    assert refusal.value.data == {"days_left": 10}
    vacation_start(user_id=berliner.pk, days=11, now=now + timedelta(days=400))


def test_coming_back_early_gives_days_back(berliner: User, now: datetime) -> None:
    vacation_start(user_id=berliner.pk, days=30, now=now)
    vacation_end(user_id=berliner.pk, now=now + timedelta(days=1))
    with pytest.raises(errors.NotOnVacation):
        vacation_end(user_id=berliner.pk, now=now + timedelta(days=1))
    assert shown(berliner, now + timedelta(days=1))["ends_at"] == "2026-03-04T23:00:00Z"
    vacation_start(user_id=berliner.pk, days=28, now=now + timedelta(days=2))


def test_a_lost_streak_is_lost_before_the_vacation(berliner: User) -> None:
    vacation_start(user_id=berliner.pk, days=3, now=BERLIN_MIDNIGHT + timedelta(hours=1))
    assert world_of(berliner).day_streak == 0


def test_settling_many_takes_as_many_statements_as_settling_few(now: datetime, statements: Any) -> None:
    counts = []
    for players in (2, 12):
        for _ in range(players):
            session_done(UserFactory(), now)
        with statements() as sql:
            assert streaks_settle(now=now + timedelta(days=2)) == players
        counts.append(len(sql))
    assert counts[0] >= counts[1] - 2  # the notification cursors of the first are new in both
    assert counts[1] <= 10


def test_warning_nobody_is_cheap(user: User, now: datetime, statements: Any) -> None:
    player_ensure(user_id=user.pk, now=now)
    with statements() as sql:
        assert streaks_warn(now=now) == 0
    assert len(sql) == 1
