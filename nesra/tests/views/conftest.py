"""Clients on a clock that stands still until a test moves it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import User


@pytest.fixture
def clock(now: datetime) -> Iterator[Any]:
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(clock: Any, user: User, login_as: Callable[[User], APIClient]) -> APIClient:
    return login_as(user)
