"""Saves over HTTP: success, and each refusal."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from hackathon.models import Hackathon

pytestmark = pytest.mark.django_db(transaction=True)


def test_save_list_and_load(client: APIClient) -> None:
    saved = client.post("/api/game/save", {"name": "before the storm"}, format="json")
    assert saved.status_code == 200
    assert saved.json() == {"success": True, "save_id": saved.json()["save_id"], "tick": 0}
    client.post("/api/game/action", {"action_type": "rest"}, format="json")
    listed = client.get("/api/game/saves").json()
    assert [(row["save_id"], row["name"], row["automatic"]) for row in listed] == [
        (saved.json()["save_id"], "before the storm", False)
    ]
    state = client.post("/api/game/load", {"save_id": saved.json()["save_id"]}, format="json")
    assert (state.status_code, state.json()["action_points"]) == (200, 12)


def test_a_save_may_go_without_a_name_and_a_retry_saves_once(client: APIClient) -> None:
    headers = {"HTTP_IDEMPOTENCY_KEY": "once"}
    first, again = (client.post("/api/game/save", {}, format="json", **headers) for _ in range(2))
    assert first.json() == again.json()
    assert [row["name"] for row in client.get("/api/game/saves").json()] == ["Day 0"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/game/load", {"save_id": 10**9}, 404, "save_not_found"),
        ("/api/game/load", {"save_id": "x"}, 400, "invalid"),
        ("/api/game/load", {}, 400, "invalid"),
        ("/api/game/save", {"name": "x" * 121}, 400, "invalid"),
        ("/api/game/save", {"hackathon_id": 10**9}, 404, "hackathon_not_found"),
    ],
)
def test_refusals(client: APIClient, path: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = client.post(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_other_players_saves_do_not_exist(client: APIClient, stranger: APIClient) -> None:
    saved = client.post("/api/game/save", {}, format="json").json()
    mine = Hackathon.objects.get().pk
    assert stranger.post("/api/game/load", {"save_id": saved["save_id"]}, format="json").status_code == 404
    assert stranger.post("/api/game/save", {"hackathon_id": mine}, format="json").status_code == 403
    assert stranger.get("/api/game/saves").json() == []


def test_without_a_login_nothing_is_told(api: APIClient) -> None:
    assert [api.get("/api/game/saves").status_code, api.post("/api/game/save").status_code] == [401, 401]
