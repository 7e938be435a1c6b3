"""A player and their client, for the tests of endpoints."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from hackathon.tests.factories import PlayerFactory


@pytest.fixture
def player() -> User:
    user: User = PlayerFactory()
    return user


@pytest.fixture
def client(player: User, login_as: Any) -> APIClient:
    """The player's own client."""
    api: APIClient = login_as(player)
    return api


@pytest.fixture
def stranger(login_as: Any) -> APIClient:
    """Another player's client."""
    api: APIClient = login_as(PlayerFactory())
    return api
