"""Two at once, fifty at once: threads with connections of their own, on whatever database the tests run on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import account_remove
from nesra import errors
from nesra.models import Hero, Inventory, LedgerEntry, Session, ShopOffer, TaskTemplate, WorldState
from nesra.services import (
    catalogue_seed,
    item_buy,
    player_ensure,
    session_cancel,
    session_complete,
    session_start,
    sessions_expire,
    shop_open,
    streaks_settle,
    task_delete,
)
from nesra.tests.factories import DROPS, UserFactory, hero_of, session_done, session_started, world_of
from tommy.core.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)

AtOnce = Callable[..., list[Any]]


def test_fifty_completions_give_one_reward_and_fifty_equal_answers(now: datetime, at_once: AtOnce) -> None:
    catalogue_seed()
    user = UserFactory()
    session = session_started(user, now, minutes=60, seed=DROPS)
    end = now + timedelta(minutes=60)
    answers = at_once(50, lambda _: session_complete(user_id=user.pk, session_id=session.pk, now=end))
    assert len({orjson.dumps(answer) for answer in answers}) == 1
    assert answers[0]["exp_reward"] == 120
    assert answers[0]["dropped_item"] is not None
    hero, world = hero_of(user), world_of(user)
    assert (hero.level, hero.exp, hero.gold) == (2, 20, 60)
    assert (world.total_sessions_success, world.day_streak) == (1, 1)
    assert LedgerEntry.objects.count() == Inventory.objects.count() == 1


def test_first_calls_at_once_make_one_hero(now: datetime, at_once: AtOnce) -> None:
    user = UserFactory()
    results = at_once(8, lambda _: player_ensure(user_id=user.pk, now=now))
    assert results == [None] * 8
    assert (Hero.objects.count(), WorldState.objects.count(), TaskTemplate.objects.count()) == (1, 1, 5)


def test_starts_at_once_make_one_session(now: datetime, at_once: AtOnce) -> None:
    user = UserFactory()
    results = at_once(
        10, lambda _: session_start(user_id=user.pk, task_template_id=None, minutes=25, room=None, now=now)
    )
    refused = [result for result in results if isinstance(result, errors.SessionPending)]
    assert len(refused) == 9
    assert {refusal.data["session_id"] for refusal in refused} == {str(Session.objects.get().pk)}


def test_buying_at_once_spends_once(now: datetime, at_once: AtOnce) -> None:
    catalogue_seed()
    user = UserFactory()
    player_ensure(user_id=user.pk, now=now)
    Hero.objects.update(gold=2_000)
    shop_open(now=now)
    offer = ShopOffer.objects.earliest("price")
    results = at_once(10, lambda _: item_buy(user_id=user.pk, item_id=offer.item_id, now=now))
    assert sum(isinstance(result, errors.ItemAlreadyOwned) for result in results) == 9
    assert hero_of(user).gold == 2_000 - offer.price
    assert LedgerEntry.objects.count() == Inventory.objects.count() == 1


def test_the_last_gold_buys_one_thing(now: datetime, at_once: AtOnce) -> None:
    catalogue_seed()
    user = UserFactory()
    player_ensure(user_id=user.pk, now=now)
    shop_open(now=now)
    offers = list(ShopOffer.objects.order_by("price"))
    Hero.objects.update(gold=offers[-1].price)
    at_once(len(offers), lambda i: item_buy(user_id=user.pk, item_id=offers[i].item_id, now=now))
    bought = sum(offer.price for offer in offers if Inventory.objects.filter(item=offer.item).exists())
    assert hero_of(user).gold == offers[-1].price - bought >= 0


def test_completing_cancelling_and_expiring_at_once_end_a_session_once(now: datetime, at_once: AtOnce) -> None:
    end = now + timedelta(minutes=25)
    for _ in range(5):
        user = UserFactory()
        session = session_started(user, now)
        calls = [
            lambda user=user, session=session: session_complete(user_id=user.pk, session_id=session.pk, now=end),
            lambda user=user, session=session: session_cancel(user_id=user.pk, session_id=session.pk, now=end),
            lambda: sessions_expire(now=now + timedelta(hours=24, minutes=30)),
        ]
        at_once(len(calls), lambda i, calls=calls: calls[i]())
        session.refresh_from_db()
        rewarded = LedgerEntry.objects.filter(session=session).exists()
        assert session.status in {"success", "cancel", "timeout"}
        assert rewarded is (session.status == "success")
        assert hero_of(user).gold == (25 if rewarded else 0)


def test_a_template_deleted_while_a_session_starts_is_gone_or_archived(now: datetime, at_once: AtOnce) -> None:
    for _ in range(5):
        user = UserFactory()
        player_ensure(user_id=user.pk, now=now)
        task = TaskTemplate.objects.filter(user=user).first()
        assert task is not None
        calls = [
            lambda user=user, task=task: task_delete(user_id=user.pk, task_id=task.pk, now=now),
            lambda user=user, task=task: session_start(
                user_id=user.pk, task_template_id=task.pk, minutes=None, room=None, now=now
            ),
        ]
        deleted, started = at_once(2, lambda i, calls=calls: calls[i]())
        assert deleted is None
        assert isinstance(started, Session | errors.TaskNotFound)
        assert TaskTemplate.objects.filter(pk=task.pk).exists() is isinstance(started, Session)


def test_the_task_twice_at_once_settles_once(now: datetime, at_once: AtOnce) -> None:
    users = [UserFactory() for _ in range(5)]
    for user in users:
        session_done(user, now)
    settled = at_once(3, lambda _: streaks_settle(now=now + timedelta(days=2)))
    assert sum(settled) == 5
    assert LedgerEntry.objects.filter(kind="streak").count() == 5


def test_completing_while_the_task_settles_loses_neither(now: datetime, at_once: AtOnce) -> None:
    users = [UserFactory() for _ in range(4)]
    later = now + timedelta(days=2)
    sessions = {}
    for user in users:
        session_done(user, now)
        sessions[user.pk] = session_started(user, later - timedelta(minutes=25))

    def act(number: int) -> Any:
        if number == len(users):
            return streaks_settle(now=later)
        user: User = users[number]
        return session_complete(user_id=user.pk, session_id=sessions[user.pk].pk, now=later)

    at_once(len(users) + 1, act)
    assert {world_of(user).day_streak for user in users} == {1}
    streaks = LedgerEntry.objects.filter(user=users[0]).values_list("streak", flat=True)
    assert sum(streaks) == 1


def test_the_shop_opened_at_once_is_one_shop(now: datetime, at_once: AtOnce) -> None:
    catalogue_seed()
    assert at_once(6, lambda _: shop_open(now=now)) == [None] * 6
    assert ShopOffer.objects.count() == 6


def test_an_account_deleted_while_it_plays_leaves_nothing(now: datetime, at_once: AtOnce) -> None:
    for _ in range(5):
        user = UserFactory()
        session = session_started(user, now)
        end = now + timedelta(minutes=25)
        calls = [
            lambda user=user, session=session, end=end: session_complete(
                user_id=user.pk, session_id=session.pk, now=end
            ),
            lambda user=user: account_remove(user_id=user.pk, now=now),
            lambda user=user: player_ensure(user_id=user.pk, now=now),
        ]
        results = at_once(3, lambda i, calls=calls: calls[i]())
        assert all(isinstance(result, dict | DomainError | None) for result in results), results
        assert not User.objects.filter(pk=user.pk).exists()
    assert not Hero.objects.exists()


def test_a_new_players_first_page_asks_for_everything_at_once(
    now: datetime, at_once: AtOnce, login_as: Callable[[User], APIClient]
) -> None:
    user = UserFactory()
    pages = ["profile", "inventory", "town", "tasks", "shop", "streak", "stats", "sessions"]
    clients = [login_as(user) for _ in pages]
    responses = at_once(len(pages), lambda i: clients[i].get(f"/api/{pages[i]}"))
    assert [response.status_code for response in responses] == [200] * len(pages)
    assert Hero.objects.count() == WorldState.objects.count() == 1
    assert len(responses[3].json()) == 5
