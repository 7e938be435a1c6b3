from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from nesra import errors
from nesra.models import Hero, Inventory, LedgerEntry, Session, TaskTemplate
from nesra.services import session_cancel, session_complete, session_start, sessions_expire, task_delete
from nesra.tests.factories import (
    DROPS,
    EventFactory,
    InventoryFactory,
    ItemFactory,
    UserFactory,
    hero_of,
    session_done,
    session_started,
    world_of,
)
from tommy.core.models import Notification

pytestmark = pytest.mark.django_db


def start(user: User, now: datetime, **options: Any) -> Session:
    wanted = {"task_template_id": None, "minutes": None, "room": None, **options}
    return session_start(user_id=user.pk, now=now, **wanted)


def news_of(user: User) -> list[str]:
    return [row.data["kind"] for row in Notification.objects.filter(user=user).order_by("number")]


def test_a_session_starts_with_the_defaults(user: User, now: datetime) -> None:
    session = start(user, now)
    assert (session.duration_minutes, session.room, session.status) == (25, "study", "pending")
    assert session.expected_end_at == now + timedelta(minutes=25)


def test_a_session_takes_what_its_template_says_unless_told_otherwise(user: User, now: datetime) -> None:
    start(user, now)
    template = TaskTemplate.objects.get(user=user, name="Workout")
    session_cancel(user_id=user.pk, session_id=Session.objects.get().pk, now=now)
    session = start(user, now, task_template_id=template.pk, minutes=40)
    assert (session.duration_minutes, session.room, session.category) == (40, "training", "Fitness")


def test_one_session_at_a_time(user: User, now: datetime) -> None:
    first = start(user, now)
    with pytest.raises(errors.SessionPending) as refusal:
        start(user, now + timedelta(hours=1))
    assert refusal.value.data == {"session_id": str(first.pk)}


def test_an_abandoned_session_makes_way(user: User, now: datetime) -> None:
    first = start(user, now)
    start(user, now + timedelta(days=2))
    first.refresh_from_db()
    assert first.status == "timeout"


def test_templates_of_others_and_archived_ones_are_not_there(user: User, now: datetime) -> None:
    start(UserFactory(), now)
    theirs = TaskTemplate.objects.exclude(user=user).first()
    assert theirs is not None
    with pytest.raises(errors.TaskNotFound):
        start(user, now, task_template_id=theirs.pk)
    session_done(user, now)
    mine = TaskTemplate.objects.filter(user=user).first()
    assert mine is not None
    session_done(user, now + timedelta(hours=1), task_template_id=mine.pk)
    task_delete(user_id=user.pk, task_id=mine.pk, now=now)
    with pytest.raises(errors.TaskNotFound):
        start(user, now, task_template_id=mine.pk)


def test_completion_pays_exp_gold_and_a_day(user: User, now: datetime) -> None:
    answer = session_done(user, now, minutes=60)
    assert (answer["exp_reward"], answer["gold_reward"], answer["level_ups"]) == (120, 60, 1)
    assert answer["dropped_item"] is None
    hero, world = hero_of(user), world_of(user)
    assert (hero.level, hero.exp, hero.gold) == (2, 20, 60)
    assert (world.total_sessions_success, world.day_streak, world.last_session_date) == (1, 1, date(2026, 3, 2))
    assert answer["hero"]["exp_to_next"] == 200
    assert answer["worldState"]["day_streak"] == 1


def test_completion_does_not_believe_in_early_ends(user: User, now: datetime) -> None:
    session = start(user, now, minutes=90)
    with pytest.raises(errors.SessionTooEarly) as refusal:
        session_complete(user_id=user.pk, session_id=session.pk, now=now + timedelta(minutes=1))
    assert refusal.value.data == {"remaining_seconds": 89 * 60}
    assert hero_of(user).exp == 0
    session_complete(user_id=user.pk, session_id=session.pk, now=now + timedelta(minutes=90, seconds=-5))


def test_completion_after_the_grace_is_a_timeout(user: User, now: datetime) -> None:
    session = start(user, now)
    late = now + timedelta(hours=25)
    for _ in range(2):
        with pytest.raises(errors.SessionTimedOut):
            session_complete(user_id=user.pk, session_id=session.pk, now=late)
    session.refresh_from_db()
    assert (session.status, session.ended_at, session.reward_exp) == ("timeout", late, 0)


def test_a_repeated_completion_gets_the_same_answer_and_nothing_else(user: User, now: datetime) -> None:
    session = session_started(user, now, minutes=60)
    end = now + timedelta(minutes=60)
    first = session_complete(user_id=user.pk, session_id=session.pk, now=end)
    session_done(user, end + timedelta(hours=2))
    again = session_complete(user_id=user.pk, session_id=session.pk, now=end + timedelta(days=9))
    assert again == first
    assert list(again) == list(first)
    assert LedgerEntry.objects.filter(user=user).count() == 2


def test_sessions_of_others_are_not_there(user: User, now: datetime) -> None:
    session = start(UserFactory(), now)
    start(user, now)
    for command in (session_complete, session_cancel):
        for identifier in (session.pk, uuid4()):
            with pytest.raises(errors.SessionNotFound):
                command(user_id=user.pk, session_id=identifier, now=now + timedelta(minutes=25))


def test_a_cancelled_session_pays_nothing(user: User, now: datetime) -> None:
    session = start(user, now)
    for _ in range(2):
        assert session_cancel(user_id=user.pk, session_id=session.pk, now=now).status == "cancel"
    with pytest.raises(errors.SessionCancelled):
        session_complete(user_id=user.pk, session_id=session.pk, now=now + timedelta(minutes=25))
    assert hero_of(user).gold == 0


def test_what_is_over_cannot_be_cancelled(user: User, now: datetime) -> None:
    session = start(user, now)
    with pytest.raises(errors.SessionTimedOut):
        session_cancel(user_id=user.pk, session_id=session.pk, now=now + timedelta(days=2))
    session_done(user, now + timedelta(days=2))
    done = Session.objects.get(status="success")
    with pytest.raises(errors.SessionCompleted):
        session_cancel(user_id=user.pk, session_id=done.pk, now=now + timedelta(days=2))


def test_places_unlock_as_the_successes_come(user: User, now: datetime) -> None:
    unlocked = {}
    for number in range(1, 32):
        answer = session_done(user, now + timedelta(hours=number), minutes=10)
        if answer["unlocked"]:
            unlocked[number] = answer["unlocked"]
    assert unlocked == {
        5: [{"place": "study_room", "level": 2}],
        15: [{"place": "build_room", "level": 2}],
        22: [{"place": "training_room", "level": 2}],
        30: [{"place": "plaza", "level": 2}],
    }
    assert world_of(user).plaza_level == 2
    assert news_of(user).count("unlock") == 4


def test_an_item_drops_by_a_draw_that_can_be_checked(user: User, now: datetime) -> None:
    owned, retired, waiting = ItemFactory(), ItemFactory(is_active=False), ItemFactory()
    out_of_season = ItemFactory(event=EventFactory(starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 2)))
    InventoryFactory(user=user, item=owned, obtained_at=now)
    answer = session_done(user, now, seed=DROPS)
    assert answer["dropped_item"]["id"] == str(waiting.pk)
    assert set(Inventory.objects.filter(user=user).values_list("item", flat=True)) == {owned.pk, waiting.pk}
    record = LedgerEntry.objects.get(user=user).draw
    assert (record["seed"], record["hit"], record["item"]) == (DROPS, True, str(waiting.pk))
    assert {candidate for candidate, _ in record["candidates"]}.isdisjoint({str(retired.pk), str(out_of_season.pk)})
    assert news_of(user) == ["item_drop"]


def test_with_everything_owned_a_drop_is_gold_and_says_so(user: User, now: datetime) -> None:
    answer = session_done(user, now, minutes=30, seed=DROPS)
    assert (answer["dropped_item"], answer["gold_reward"], answer["bonus_gold"]) == (None, 30, 50)
    assert "50 gold" in answer["message"]
    assert hero_of(user).gold == 80 == LedgerEntry.objects.get(user=user).gold


def test_a_season_counts_as_of_the_start(user: User, now: datetime) -> None:
    EventFactory(exp_percent=150, gold_percent=200, starts_on=now.date(), ends_on=now.date())
    EventFactory(exp_percent=900, is_active=False)
    session = session_started(user, now.replace(hour=23, minute=50), minutes=20)
    answer = session_complete(user_id=user.pk, session_id=session.pk, now=now.replace(hour=0, minute=10, day=3))
    assert (answer["exp_reward"], answer["gold_reward"]) == (60, 40)


def test_levels_and_drops_are_told_in_order_and_only_to_the_player(
    user: User, now: datetime, capture_events: Any
) -> None:
    ItemFactory()
    with capture_events(expected=0):
        session_done(user, now, minutes=180, seed=DROPS)
    assert news_of(user) == ["level_up", "item_drop"]
    assert Notification.objects.exclude(user=user).count() == 0
    row = Notification.objects.filter(user=user).earliest("number")
    assert (row.type, row.data) == ("game_event", {"game": "nesra", "kind": "level_up", "level": 3, "levels": 2})


def test_abandoned_sessions_expire_and_others_do_not(user: User, now: datetime) -> None:
    abandoned, running = start(user, now), start(UserFactory(), now + timedelta(hours=3))
    moment = now + timedelta(hours=24, minutes=26)
    assert sessions_expire(now=moment) == 1
    assert sessions_expire(now=moment) == 0
    abandoned.refresh_from_db()
    running.refresh_from_db()
    assert (abandoned.status, running.status) == ("timeout", "pending")


def test_a_first_call_may_be_any_call(user: User, now: datetime) -> None:
    start(user, now)
    assert Hero.objects.filter(user=user).count() == 1
    assert TaskTemplate.objects.filter(user=user).count() == 5
