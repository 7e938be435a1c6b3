"""Inventory, shop, seasons and sprites over HTTP."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from nesra import serializers as shapes
from nesra.models import Hero
from nesra.services import catalogue_seed
from nesra.tests.factories import (
    EventFactory,
    InventoryFactory,
    ItemFactory,
    UserFactory,
    hero_of,
)
from nesra.tests.views.answers import fits, refused

pytestmark = pytest.mark.django_db


def test_wearing_and_taking_off(client: APIClient, user: User, now: datetime) -> None:
    item = ItemFactory(name="Straw Hat")
    InventoryFactory(user=user, item=item, obtained_at=now)
    body = {"item_id": str(item.pk)}
    hero = client.post("/api/inventory/equip", body)
    assert hero.status_code == 200
    assert fits(hero.json(), shapes.HeroSerializer())
    assert (hero.json()["equipped_hat"]["name"], hero.json()["equipped_hat_id"]) == ("Straw Hat", str(item.pk))
    owned = client.get("/api/inventory").json()
    assert fits(owned[0], shapes.InventorySerializer())
    assert owned[0]["equipped"] is True
    assert client.get("/api/profile").json()["hero"] == hero.json()
    assert client.post("/api/inventory/unequip", body).json()["equipped_hat"] is None
    assert client.get("/api/inventory").json()[0]["equipped"] is False


@pytest.mark.parametrize("action", ["equip", "unequip"])
def test_what_is_not_owned_is_not_there(client: APIClient, action: str) -> None:
    for identifier in (str(ItemFactory().pk), str(uuid4())):
        refused(client.post(f"/api/inventory/{action}", {"item_id": identifier}), 404, "item_not_owned")
    refused(client.post(f"/api/inventory/{action}", {"item_id": 5.5}), 400, "invalid")


def test_the_shop_is_the_same_for_everyone_and_sells(
    client: APIClient, user: User, login_as: Callable[[User], APIClient]
) -> None:
    catalogue_seed()
    offers = client.get("/api/shop").json()
    assert all(fits(offer, shapes.ShopOfferSerializer()) for offer in offers)
    assert len(offers) == 6
    assert login_as(UserFactory()).get("/api/shop").json() == offers
    body = {"item_id": offers[0]["item"]["id"]}
    poor = refused(client.post("/api/shop/buy", body), 409, "not_enough_gold")
    assert (poor["price"], poor["gold"]) == (offers[0]["price"], 0)
    client.get("/api/profile")
    Hero.objects.filter(user=user).update(gold=offers[0]["price"])
    key = {"Idempotency-Key": "one-hat"}
    bought = [client.post("/api/shop/buy", body, headers=key) for _ in range(2)]
    assert bought[0].status_code == 200
    assert fits(bought[0].json(), shapes.ShopPurchaseSerializer())
    assert bought[0].json() == bought[1].json()
    assert hero_of(user).gold == 0
    refused(client.post("/api/shop/buy", body), 409, "item_already_owned")
    assert client.get("/api/shop").json()[0]["owned"] is True


def test_the_shop_sells_only_what_it_offers(client: APIClient) -> None:
    refused(client.post("/api/shop/buy", {"item_id": str(uuid4())}), 404, "not_on_offer")
    refused(client.post("/api/shop/buy", {"item_id": None}), 400, "invalid")


def test_seasons_that_run(client: APIClient) -> None:
    EventFactory(name="Spring", exp_percent=150)
    EventFactory(is_active=False)
    seasons = client.get("/api/seasons").json()
    assert fits(seasons[0], shapes.SeasonSerializer())
    assert [(season["name"], season["exp_percent"]) for season in seasons] == [("Spring", 150)]


def test_sprites_are_public_and_kept(api: APIClient, clock: Any) -> None:
    item = ItemFactory(sprite_key="straw_hat")
    response = api.get("/assets/nesra/straw_hat.svg")
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content.startswith(b"<svg")
    assert api.get(f"/assets/nesra/{item.sprite_key}.svg").content == response.content
    refused(api.get("/assets/nesra/no_such_hat.svg"), 404, "not_found")
    assert api.post("/assets/nesra/straw_hat.svg").status_code == 405
