"""``/savedata`` and ``/data``."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import SaveData, User
from accounts.tests.factories import UserFactory
from accounts.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

LogIn = Callable[[User], APIClient]

MIB = 1024 * 1024


def save(client: APIClient, user: User, text: str | bytes, **headers: str) -> Any:
    return client.post(f"/savedata/{user.pk}", text, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "true",
        "0",
        '""',
        "[]",
        "{}",
        "123456789012345678901234567890123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "-0.0",
        "1E5",
        '{"b": 1, "a": 2, "b": 3}',
        '"snow ☃, duck 🦆, \\u0000, \\ud83e\\udd86"',
        "[" * 500 + "]" * 500,
    ],
)
def test_any_json_value_comes_back_as_it_was_sent(user: User, login_as: LogIn, text: str) -> None:
    client = login_as(user)
    response = save(client, user, f" {text}\n".encode())
    assert (response.status_code, response.json()) == (200, {"message": "Saved.", "version": 1})
    assert response.headers["ETag"] == '"1"'
    answer = client.get(f"/data/{user.pk}")
    assert answer.content.decode() == text
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.headers["Content-Type"] == "application/json"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_whatever_json_a_client_thinks_of(user: User, login_as: LogIn, value: Any) -> None:
    client = login_as(user)
    assert save(client, user, json.dumps(value)).status_code == 200
    assert json.loads(client.get(f"/data/{user.pk}").content) == value


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1,]", b"NaN", b"\xff", b'"\\ud800"', b"\x00", b'"\x00"', b"1e400", b"[" * 2000, b"{} {}"]
)
def test_what_is_no_json_is_refused_and_nothing_changes(user: User, login_as: LogIn, body: bytes) -> None:
    client = login_as(user)
    save(client, user, "1")
    response = save(client, user, body)
    assert response.status_code == 400
    assert response.json()["code"] == "malformed_body"
    assert SaveData.objects.get().version == 1


def test_a_mebibyte_fits_and_no_byte_more(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    text = '"' + "x" * (MIB - 2) + '"'
    assert save(client, user, text).status_code == 200
    assert_problem(save(client, user, text + " "), 413, "body_too_large")
    assert len(client.get(f"/data/{user.pk}").content) == MIB


def test_the_size_is_content(user: User, login_as: LogIn, limit: Any) -> None:
    limit(save_data_bytes=4)
    client = login_as(user)
    assert save(client, user, "1234").status_code == 200
    assert_problem(save(client, user, "12345"), 413, "body_too_large")


def test_versions_guard_against_lost_updates(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    assert save(client, user, "1").json()["version"] == 1
    assert save(client, user, "2", **{"If-Match": '"1"'}).json()["version"] == 2
    stale = assert_problem(save(client, user, "3", **{"If-Match": '"1"'}), 412, "precondition_failed")
    assert stale["version"] == 2
    assert client.get(f"/data/{user.pk}").content == b"2"


def test_nothing_saved_yet(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    assert_problem(client.get(f"/data/{user.pk}"), 404, "nothing_saved")
    assert_problem(save(client, user, "1", **{"If-Match": '"1"'}), 412, "precondition_failed")
    assert_problem(client.get(f"/data/{user.pk}"), 404, "nothing_saved")


def test_a_retry_with_the_same_key_saves_once(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    first = save(client, user, "1", **{"Idempotency-Key": "a"})
    again = save(client, user, "1", **{"Idempotency-Key": "a"})
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert_problem(save(client, user, "2", **{"Idempotency-Key": "a"}), 409, "idempotency_key_reused")
    assert SaveData.objects.get().version == 1


@pytest.mark.parametrize("staff", [False, True])
def test_what_others_keep_is_nobodys_business(user: User, login_as: LogIn, staff: bool) -> None:
    save(login_as(user), user, "1")
    other = login_as(UserFactory(is_staff=staff, is_superuser=staff))
    assert_problem(save(other, user, "2"), 403, "forbidden")
    assert_problem(other.get(f"/data/{user.pk}"), 403, "forbidden")
    assert_problem(other.get(f"/data/{uuid4()}"), 403, "forbidden")
    assert SaveData.objects.get().value == "1"


def test_malformed_ids_and_strangers(api: APIClient, user: User, login_as: LogIn) -> None:
    assert_problem(login_as(user).get("/data/7"), 404, "not_found")
    assert_problem(login_as(user).post("/savedata/me", {}), 404, "not_found")
    assert_problem(save(api, user, "1"), 401, "not_authenticated")
    assert_problem(api.get(f"/data/{user.pk}"), 401, "not_authenticated")


def test_other_types_are_refused(user: User, login_as: LogIn) -> None:
    response = login_as(user).post(f"/savedata/{user.pk}", "1", content_type="text/plain")
    assert_problem(response, 415, "unsupported_media_type")
