"""The admin's pages open, show what they promise, and change what they say."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from nesra.models import Hero, Item, LedgerEntry, SeasonalEvent, Session, WorldState
from nesra.services import catalogue_seed
from nesra.tests.factories import DROPS, UserFactory, session_done

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(now: datetime) -> Client:
    catalogue_seed()
    session_done(UserFactory(), now, seed=DROPS)
    client = Client()
    client.force_login(User.objects.create_superuser("mayor@example.org", "mayor", "secret"))
    return client


def page(model: type[Any], view: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:nesra_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", [Hero, Item, LedgerEntry, SeasonalEvent, Session, WorldState])
def test_lists_and_details_open(staff: Client, model: type[Any]) -> None:
    assert staff.get(page(model)).status_code == 200
    assert staff.get(page(model, "change", model.objects.first().pk)).status_code == 200


@pytest.mark.parametrize("query", ["type__exact=hat", "rarity__exact=epic", "is_active__exact=1", "q=straw"])
def test_items_are_filtered_and_previewed(staff: Client, query: str) -> None:
    body = staff.get(f"{page(Item)}?{query}").content.decode()
    assert '<img src="/assets/nesra/' in body


def test_items_are_retired_and_brought_back_in_bulk(staff: Client) -> None:
    chosen = [str(item.pk) for item in Item.objects.all()[:3]]
    for action, active in (("retire", 0), ("activate", 3)):
        staff.post(page(Item), {"action": action, "_selected_action": chosen})
        assert Item.objects.filter(pk__in=chosen, is_active=True).count() == active


def test_seasons_are_switched_in_bulk(staff: Client) -> None:
    chosen = [str(season.pk) for season in SeasonalEvent.objects.all()]
    for action, active in (("switch_off", 0), ("activate", 4)):
        staff.post(page(SeasonalEvent), {"action": action, "_selected_action": chosen})
        assert SeasonalEvent.objects.filter(is_active=True).count() == active


def test_items_are_made_and_keep_their_type(staff: Client) -> None:
    form = {"name": "Bowler", "type": "hat", "rarity": "rare", "sprite_key": "bowler", "event": "", "is_active": "on"}
    assert staff.post(page(Item, "add"), form).status_code == 302
    item = Item.objects.get(sprite_key="bowler")
    staff.post(page(Item, "change", item.pk), {**form, "name": "Bowler Hat", "type": "outfit"})
    item.refresh_from_db()
    assert (item.name, item.type) == ("Bowler Hat", "hat")
    bad_key = staff.post(page(Item, "add"), {**form, "sprite_key": "../x"})
    assert "Lower-case words" in bad_key.content.decode()


def test_a_season_that_ends_before_it_starts_is_refused_in_words(staff: Client) -> None:
    season = SeasonalEvent.objects.get(key="harvest_moon")
    form = {
        "key": season.key,
        "name": season.name,
        "starts_on": "2026-10-01",
        "ends_on": "2026-09-01",
        "exp_percent": 100,
        "gold_percent": 100,
        "drop_percent": 100,
        "items-TOTAL_FORMS": 0,
        "items-INITIAL_FORMS": 0,
    }
    response = staff.post(page(SeasonalEvent, "change", season.pk), form)
    assert response.status_code == 200
    assert "cannot end before it starts" in response.content.decode()


@pytest.mark.parametrize("model", [Hero, LedgerEntry, Session, WorldState])
def test_what_the_game_writes_is_only_looked_at(staff: Client, model: type[Any]) -> None:
    row = model.objects.first()
    assert staff.post(page(model, "change", row.pk), {}).status_code == 403
    assert staff.post(page(model, "delete", row.pk), {}).status_code == 403
    assert staff.get(page(model, "add")).status_code == 403


def test_items_cannot_be_deleted(staff: Client) -> None:
    assert staff.post(page(Item, "delete", Item.objects.first().pk), {"post": "yes"}).status_code == 403


def test_the_ledger_shows_that_draws_check_out(staff: Client) -> None:
    assert 'alt="True"' in staff.get(page(LedgerEntry)).content.decode()


def test_nobody_else_gets_in(user: User) -> None:
    client = Client()
    client.force_login(user)
    assert client.get(page(Item)).status_code == 302
