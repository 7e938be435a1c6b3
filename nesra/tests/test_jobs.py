"""What beat wakes, what the command line offers, what an account takes along."""

from datetime import datetime, timedelta
from io import StringIO

import orjson
import pytest
import time_machine
from celery import current_app
from django.core.management import call_command

from accounts.extensions import export_sections
from accounts.models import User
from accounts.services import account_remove
from nesra.models import Hero, Item, LedgerEntry, Session, ShopOffer
from nesra.services import item_equip, player_ensure, vacation_start
from nesra.tests.factories import DROPS, ItemFactory, UserFactory, session_done, session_started, world_of
from tommy.core.content import content
from tommy.core.errors import Unauthenticated
from tommy.core.models import Notification
from tommy.schedules import FILE, Schedules

pytestmark = pytest.mark.django_db


def wake(name: str, now: datetime) -> None:
    assert name in content.get(FILE, Schedules).tasks
    with time_machine.travel(now, tick=False):
        current_app.tasks[name].apply(throw=True)


def test_beat_expires_sessions(user: User, now: datetime) -> None:
    session_started(user, now)
    wake("nesra.expire_sessions", now + timedelta(hours=25))
    assert Session.objects.get().status == "timeout"


def test_beat_settles_and_warns(user: User, now: datetime) -> None:
    session_done(user, now)
    wake("nesra.warn_streaks", now.replace(day=3, hour=21))
    wake("nesra.settle_streaks", now.replace(day=4, hour=0))
    assert world_of(user).day_streak == 0
    kinds = [row.data["kind"] for row in Notification.objects.order_by("number")]
    assert kinds == ["streak_warning", "streak_lost"]


def test_beat_opens_the_shop(now: datetime) -> None:
    ItemFactory()
    wake("nesra.open_shop", now)
    assert ShopOffer.objects.get().day == now.date()


def test_seeding_by_command_is_safe_to_repeat() -> None:
    outputs = []
    for _ in range(2):
        out = StringIO()
        call_command("seed_items", stdout=out)
        outputs.append(out.getvalue().strip())
    assert outputs == ["49 rows added", "0 rows added"]
    assert Item.objects.count() == 45


def test_an_export_holds_everything_as_json(user: User, now: datetime) -> None:
    item = ItemFactory()
    session_done(user, now, seed=DROPS)
    item_equip(user_id=user.pk, item_id=item.pk, now=now)
    vacation_start(user_id=user.pk, days=2, now=now)
    export = orjson.loads(orjson.dumps(export_sections(user.pk, now)["nesra"]))
    assert export["hero"]["equipped_hat"]["id"] == str(item.pk)
    assert {name: len(export[name]) for name in ("tasks", "sessions", "inventory", "vacations", "rewards")} == {
        "tasks": 5,
        "sessions": 1,
        "inventory": 1,
        "vacations": 1,
        "rewards": 1,
    }
    assert "draw" not in export["rewards"][0]


def test_an_export_of_somebody_who_never_played_is_empty(user: User, now: datetime) -> None:
    export = export_sections(user.pk, now)["nesra"]
    assert export["hero"] is None
    assert export["sessions"] == []


def test_an_account_goes_with_everything_it_wore(user: User, now: datetime) -> None:
    item = ItemFactory()
    session_done(user, now, seed=DROPS)
    item_equip(user_id=user.pk, item_id=item.pk, now=now)
    other = UserFactory()
    player_ensure(user_id=other.pk, now=now)
    account_remove(user_id=user.pk, now=now)
    assert [hero.user_id for hero in Hero.objects.all()] == [other.pk]
    assert not LedgerEntry.objects.exists()
    with pytest.raises(Unauthenticated):
        player_ensure(user_id=user.pk, now=now)
