"""Every listing has a picture of its own, public and cached."""

from collections.abc import Callable
from datetime import datetime

import pytest
from rest_framework.test import APIClient

from hackathon.rules.pictures import house_png
from hackathon.services.ticks import world_advance
from hackathon.tests.factories import begin_game
from tommy.core.clock import now as current_time


def test_a_seed_always_gives_the_same_picture_and_no_two_look_alike() -> None:
    pictures = [house_png(seed) for seed in range(100)]
    assert pictures[7] == house_png(7)
    assert len(set(pictures)) == 100
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


@pytest.mark.django_db(transaction=True)
def test_a_listing_links_to_its_picture(now: datetime, login_as: Callable[..., APIClient], api: APIClient) -> None:
    game = begin_game(now)
    world_advance(now=current_time())
    listing = login_as(game.user).get("/api/housing/listings").json()[0]
    answer = api.get(listing["image"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["7", "zzzzzzzzzzzzzzzz", "-000000000000001"])
def test_what_is_no_seed_has_no_picture(name: str, api: APIClient) -> None:
    answer = api.get(f"/assets/housing/{name}.png")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
