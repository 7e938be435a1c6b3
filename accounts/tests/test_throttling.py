"""Guessing is slowed down, players are not locked out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from accounts.limits import limits
from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.problems import assert_problem
from tommy.core import clock
from tommy.core.content import BadContent

pytestmark = pytest.mark.django_db

ROOMY = {"attempts": 1000, "seconds": 600}
OWNER, ATTACKER = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def moment(db: None) -> Any:
    """Early in every window, so that no count is split between two."""
    start = clock.now().replace(minute=0, second=10)
    with time_machine.travel(start, tick=False) as traveller:
        yield traveller


def limits_of(**tight: int) -> dict[str, Any]:
    names = ("per_address", "per_account_and_address", "per_account")
    return {f"failed_passwords_{name}": ROOMY for name in names} | {
        f"failed_passwords_{name}": {"attempts": attempts, "seconds": 600} for name, attempts in tight.items()
    }


def log_in(identifier: str, password: str, address: str = ATTACKER, path: str = "/api/login") -> Any:
    return APIClient(REMOTE_ADDR=address).post(path, {"email": identifier, "password": password})


def guess(identifier: str, times: int, address: str = ATTACKER) -> list[int]:
    return [log_in(identifier, "wrong", address).status_code for _ in range(times)]


def test_guesses_of_one_account_from_one_address_run_out(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_account_and_address=3))
    assert guess(user.email, 4) == [401, 401, 401, 429]
    refused = log_in(user.email, PASSWORD)
    assert_problem(refused, 429, "throttled")
    assert 580 < int(refused.headers["Retry-After"]) <= 600
    assert log_in(user.email, PASSWORD, path="/api/auth/login").status_code == 429
    assert log_in(user.email, PASSWORD, OWNER).status_code == 200


def test_an_unknown_account_runs_out_in_the_same_way(limit: Callable[..., None]) -> None:
    limit(**limits_of(per_account_and_address=3))
    assert guess("nobody@example.org", 4) == [401, 401, 401, 429]


def test_case_does_not_buy_more_guesses(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_account_and_address=2))
    assert guess(user.email, 1) + guess(user.email.upper(), 2) == [401, 401, 429]


def test_the_next_window_starts_afresh(user: User, limit: Callable[..., None], moment: Any) -> None:
    limit(**limits_of(per_account_and_address=1))
    assert guess(user.email, 2) == [401, 429]
    moment.shift(timedelta(seconds=600))
    assert log_in(user.email, PASSWORD).status_code == 200


def test_guesses_over_many_accounts_from_one_address_run_out(limit: Callable[..., None]) -> None:
    limit(**limits_of(per_address=3))
    victims = UserFactory.create_batch(4)
    assert [guess(victim.email, 1)[0] for victim in victims] == [401, 401, 401, 429]
    assert log_in(victims[0].email, PASSWORD, OWNER).status_code == 200


def test_right_passwords_do_not_count(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_address=2, per_account_and_address=2, per_account=2))
    assert [log_in(user.email, PASSWORD).status_code for _ in range(6)] == [200] * 6


def test_a_right_password_forgives_the_slips_before_it(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_account_and_address=2))
    for _ in range(3):
        assert guess(user.email, 1) == [401]
        assert log_in(user.email, PASSWORD).status_code == 200


def test_an_attackers_own_account_buys_no_guesses(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_address=3))
    own = UserFactory()
    statuses = []
    for _ in range(4):
        statuses += guess(user.email, 1)
        log_in(own.email, PASSWORD)
    assert statuses == [401, 401, 401, 429]


def test_many_addresses_together_run_out_but_the_owner_gets_in(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_account=3))
    assert log_in(user.email, PASSWORD, OWNER).status_code == 200
    statuses = [guess(user.email, 1, f"203.0.113.{i}")[0] for i in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    assert log_in(user.email, PASSWORD, "203.0.113.99").status_code == 429
    assert log_in(user.email, PASSWORD, OWNER).status_code == 200


def test_a_malformed_login_is_no_guess(user: User, limit: Callable[..., None]) -> None:
    limit(**limits_of(per_address=1))
    assert [log_in(user.email, "").status_code for _ in range(3)] == [400] * 3
    assert log_in(user.email, PASSWORD).status_code == 200


def test_an_inactive_owner_is_no_guesser(limit: Callable[..., None]) -> None:
    limit(**limits_of(per_address=1))
    user = UserFactory(is_active=False)
    assert [log_in(user.email, PASSWORD).status_code for _ in range(3)] == [403] * 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda client, password: client.delete("/api/me", {"password": password}),
        lambda client, password: client.post("/api/me/password", {"password": password, "new_password": "new one"}),
    ],
)
def test_a_stolen_token_does_not_help_to_guess_the_password(
    user: User, login_as: Any, limit: Callable[..., None], ask: Any
) -> None:
    limit(**limits_of(per_account_and_address=2))
    client = login_as(user)
    assert [ask(client, "wrong").status_code for _ in range(3)] == [403, 403, 429]
    assert_problem(ask(client, PASSWORD), 429, "throttled")
    assert User.objects.filter(pk=user.pk).exists()


def test_registrations_are_counted_by_address(limit: Callable[..., None]) -> None:
    limit(registrations_per_address={"attempts": 2, "seconds": 600})

    def register(index: int, address: str, path: str = "/api/register") -> Any:
        body = {"email": f"{index}@example.org", "password": PASSWORD}
        return APIClient(REMOTE_ADDR=address).post(path, body)

    assert [register(i, ATTACKER).status_code for i in range(2)] == [201, 201]
    refused = register(2, ATTACKER, "/api/auth/register")
    assert_problem(refused, 429, "throttled")
    assert 580 < int(refused.headers["Retry-After"]) <= 600
    assert register(3, OWNER).status_code == 201


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_made_up_forwarded_address_does_not_help(
    user: User, limit: Callable[..., None], monkeypatch: pytest.MonkeyPatch, proxies: int
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    limit(**limits_of(per_address=2))
    statuses = []
    for i in range(3):
        headers = {"X-Forwarded-For": f"192.0.2.{i}, {ATTACKER}"}
        client = APIClient(REMOTE_ADDR="10.0.0.1", headers=headers)
        statuses.append(client.post("/api/login", {"email": user.email, "password": "wrong"}).status_code)
    assert statuses == [401, 401, 429]


def test_behind_a_proxy_players_count_one_by_one(
    user: User, limit: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    limit(**limits_of(per_address=1))
    for i in range(3):
        client = APIClient(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"192.0.2.{i}"})
        assert client.post("/api/login", {"email": user.email, "password": "wrong"}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_simultaneous_guesses_count_too(limit: Callable[..., None], at_once: Any) -> None:
    limit(**limits_of(per_account_and_address=5))
    user = UserFactory()
    statuses = at_once(20, lambda index: log_in(user.email, "wrong").status_code)
    assert sorted(statuses) == [401] * 5 + [429] * 15


def test_a_bad_limits_file_is_named_and_changes_nothing(limit: Callable[..., None]) -> None:
    before = limits()
    with pytest.raises(BadContent, match="failed_passwords_per_address/attempts"):
        limit(failed_passwords_per_address={"attempts": 0, "seconds": 600})
    assert limits() == before
