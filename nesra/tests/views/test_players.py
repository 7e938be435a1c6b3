"""The player over HTTP."""

from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from nesra import serializers as shapes
from nesra.models import Hero, WorldState
from nesra.tests.views.answers import fits, refused

pytestmark = pytest.mark.django_db


def test_the_first_profile_makes_hero_and_town(client: APIClient, user: User) -> None:
    body = client.get("/api/profile").json()
    assert fits(body, shapes.TownProfileSerializer())
    assert body["user"]["email"] == user.email
    assert "hashed_password" not in body["user"]
    assert (body["hero"]["level"], body["hero"]["exp"], body["hero"]["exp_to_next"]) == (1, 0, 100)
    assert body["hero"]["equipped_hat"] is None
    world = body["worldState"]
    assert {world[f"{place}_level"] for place in ("study_room", "build_room", "training_room", "plaza")} == {1}
    assert client.get("/api/profile/").json() == body
    assert Hero.objects.count() == WorldState.objects.count() == 1


@pytest.mark.parametrize("page", ["town", "inventory", "tasks", "sessions", "shop", "streak", "stats"])
def test_any_page_may_be_the_first(client: APIClient, page: str) -> None:
    assert client.get(f"/api/{page}").status_code == 200


def test_the_town_by_itself(client: APIClient) -> None:
    body = client.get("/api/town").json()
    assert fits(body, shapes.WorldStateSerializer())
    assert body == client.get("/api/profile").json()["worldState"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/profile"),
        ("get", "/api/town"),
        ("get", "/api/streak"),
        ("post", "/api/streak/vacation"),
        ("delete", "/api/streak/vacation"),
        ("get", "/api/stats"),
        ("get", "/api/tasks"),
        ("post", "/api/tasks"),
        ("put", f"/api/tasks/{UUID(int=1)}"),
        ("patch", f"/api/tasks/{UUID(int=1)}"),
        ("delete", f"/api/tasks/{UUID(int=1)}"),
        ("get", "/api/sessions"),
        ("post", "/api/session/start"),
        ("post", "/api/session/complete"),
        ("post", "/api/session/cancel"),
        ("get", "/api/inventory"),
        ("post", "/api/inventory/equip"),
        ("post", "/api/inventory/unequip"),
        ("get", "/api/shop"),
        ("post", "/api/shop/buy"),
        ("get", "/api/seasons"),
    ],
)
def test_everything_needs_a_login(api: APIClient, method: str, path: str) -> None:
    response = getattr(api, method)(path)
    refused(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"
