"""What happens when many do it at once; on both databases, with real threads and transactions."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher
from rest_framework.test import APIClient

from accounts import errors, services
from accounts.models import Login, SaveData, User
from accounts.tests.factories import PASSWORD, UserFactory
from tommy.core import clock
from tommy.core.db import command
from tommy.core.errors import DomainError, PreconditionFailed, Unauthenticated
from tommy.core.models import Notification
from tommy.core.realtime import Draft, notify_on_commit

pytestmark = pytest.mark.django_db(transaction=True)

REMOVAL_SECONDS = 0.5  # enough for a removal to come as far as it can
AtOnce = Callable[[int, Callable[[int], Any]], list[Any]]


def outcome(call: Callable[[], Any]) -> Any:
    """What a command returned, or the class of its refusal."""
    try:
        return call()
    except DomainError as error:
        return type(error)


def test_fifty_registrations_of_one_address_make_one_account(at_once: AtOnce) -> None:
    def register(index: int) -> tuple[int, str | None]:
        body = {"email": "Ann@example.org", "password": PASSWORD}
        answer = APIClient().post("/api/register", body).json()
        return answer.get("status", 201), answer.get("code")

    assert Counter(at_once(50, register)) == {(201, None): 1, (409, "email_taken"): 49}
    assert User.objects.count() == 1


def test_fifty_registrations_of_one_name_make_one_account(at_once: AtOnce) -> None:
    def register(index: int) -> int:
        body = {"email": f"{index}@example.org", "username": "Ann", "password": PASSWORD}
        return APIClient().post("/api/auth/register", body).status_code

    assert Counter(at_once(50, register)) == {201: 1, 409: 49}
    assert Login.objects.count() == 1


def test_players_with_like_addresses_get_names_of_their_own(at_once: AtOnce) -> None:
    def register(index: int) -> str:
        now = clock.now()
        return services.account_register(email=f"ann@{index}.example.org", password=PASSWORD, now=now).username

    assert len(set(at_once(20, register))) == 20


def test_fifty_saves_are_fifty_versions(at_once: AtOnce) -> None:
    user = UserFactory()

    def save(index: int) -> int:
        return services.save_data_store(user_id=user.pk, value=str(index), if_match=None, now=clock.now())

    versions = at_once(50, save)
    assert sorted(versions) == list(range(1, 51))
    last = SaveData.objects.get(user=user)
    assert (last.version, last.value) == (50, str(versions.index(50)))


def test_of_simultaneous_saves_over_one_version_one_wins(at_once: AtOnce) -> None:
    user = UserFactory()

    def save(index: int) -> Any:
        return outcome(
            lambda: services.save_data_store(user_id=user.pk, value=str(index), if_match='"0"', now=clock.now())
        )

    assert Counter(at_once(20, save)) == {1: 1, PreconditionFailed: 19}


def test_of_simultaneous_refreshes_one_wins_and_the_login_ends(at_once: AtOnce) -> None:
    _, tokens = services.login_start(user=UserFactory(), now=clock.now())

    def refresh(index: int) -> Any:
        renewed = outcome(lambda: services.login_refresh(refresh_token=tokens.refresh, now=clock.now()))
        return "renewed" if isinstance(renewed, tuple) else renewed

    outcomes = Counter(at_once(10, refresh))
    assert outcomes["renewed"] == 1
    assert outcomes[errors.RefreshReused] == 1
    assert outcomes[Unauthenticated] == 8
    assert Login.objects.get().ended_at is not None


def test_simultaneous_logins_strengthen_a_hash_without_failing(
    at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory()
    monkeypatch.setattr(BCryptSHA256PasswordHasher, "rounds", 5)

    def log_in(index: int) -> Any:
        return services.login_with_password(identifier=user.email, password=PASSWORD, now=clock.now())[0].user_id

    assert at_once(8, log_in) == [user.pk] * 8


def test_no_login_survives_a_password_change(at_once: AtOnce) -> None:
    user = UserFactory()

    def act(index: int) -> Any:
        now = clock.now()
        if index == 4:
            mine = User.objects.get(pk=user.pk)
            return services.password_change(user=mine, password=PASSWORD, new_password="battery staple", now=now)
        return outcome(lambda: services.login_with_password(identifier=user.email, password=PASSWORD, now=now))

    at_once(8, act)
    assert not Login.objects.filter(ended_at=None).exists()


def test_an_account_is_deleted_once_while_its_player_goes_on(at_once: AtOnce, no_sections: None) -> None:
    user = UserFactory()
    clients = []
    for _ in range(12):
        _, tokens = services.login_start(user=user, now=clock.now())
        clients.append(APIClient(headers={"Authorization": f"Bearer {tokens.access}"}))

    def act(index: int) -> int:
        client = clients[index]
        match index % 3:
            case 0:
                return client.delete("/api/me", {"password": PASSWORD}).status_code
            case 1:
                return client.post(f"/savedata/{user.pk}", {"n": index}).status_code
            case _:
                return client.patch("/api/me", {"full_name": f"Ann {index}"}).status_code

    statuses = at_once(12, act)
    assert set(statuses) <= {200, 204, 401, 503}
    assert statuses.count(204) >= 1
    assert not User.objects.exists()
    assert not SaveData.objects.exists()


def test_logging_in_while_being_deleted_leaves_no_login(at_once: AtOnce) -> None:
    user = UserFactory()

    def act(index: int) -> Any:
        now = clock.now()
        if index == 2:
            return services.account_remove(user_id=user.pk, now=now)
        return outcome(lambda: services.login_start(user=user, now=now))

    outcomes = at_once(6, act)
    assert all(isinstance(one, tuple) or one in {None, errors.AccountChanged} for one in outcomes)
    assert not Login.objects.exists()


def test_what_is_told_while_an_account_goes_leaves_no_rows(at_once: AtOnce) -> None:
    """Notifications have no foreign key of their own: a removal waits for whoever holds the cursor."""
    user, telling = UserFactory(), Event()
    tell = partial(notify_on_commit, [Draft(user.pk, "server", None, {})], now=clock.now())
    with command():
        tell()

    def tell_or_remove(index: int) -> None:
        if index == 0:
            with command():
                tell()
                telling.set()
                time.sleep(REMOVAL_SECONDS)
        else:
            telling.wait()
            services.account_remove(user_id=user.pk, now=clock.now())

    assert at_once(2, tell_or_remove) == [None, None]
    assert not User.objects.exists()
    assert not Notification.objects.exists()
