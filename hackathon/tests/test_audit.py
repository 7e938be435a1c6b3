"""Every act leaves its trace: who, what, before and after; every denial too, and nothing that must stay secret."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from hackathon.tests.factories import PlayerFactory, begin_game
from tommy.core.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., APIClient]


@pytest.fixture
def player(now: datetime) -> User:
    user: User = begin_game(now).user
    return user


@pytest.fixture
def staff() -> User:
    user: User = PlayerFactory(is_staff=True, is_superuser=True)
    return user


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("id"))


def test_an_action_is_traced_with_what_it_changed(player: User, login_as: LoginAs) -> None:
    client = login_as(player)
    answer = client.post("/api/game/action", {"action_type": "rest"}, headers={"X-Request-ID": "abc"})
    entry = entries()[-1]
    assert answer.status_code == 200
    assert (entry.actor_id, entry.source, entry.action) == (player.pk, "rest", "POST api/game/action")
    assert (entry.given, entry.status, entry.request_id) == ({"action_type": "rest"}, None, "abc")
    (before,), (after,) = entry.before.values(), entry.after.values()
    assert before["ap"] - after["ap"] == pytest.approx(2)
    assert after["stress"] == pytest.approx(answer.json()["effects"]["stress_level"], abs=0.01)


def test_a_denial_is_traced_with_its_reason(player: User, login_as: LoginAs) -> None:
    login_as(player).post("/api/game/action", {"action_type": "fly"})
    APIClient().get("/api/game/state")
    refused, unknown = entries()[-2:]
    assert (refused.actor_id, refused.status, refused.code) == (player.pk, 400, "unknown_action")
    assert (unknown.actor_id, unknown.status, unknown.action) == (None, 401, "GET api/game/state")


def test_secrets_are_not_kept(api: APIClient) -> None:
    given = {"email": "eve@example.org", "username": "eve", "password": "hunter22"}
    assert api.post("/api/register", given).status_code == 201
    assert entries()[-1].given == {"email": "…", "username": "eve", "password": "…"}
    assert "hunter22" not in str([vars(entry) for entry in entries()])


def test_numbers_without_limit_are_kept_as_far_as_anything_can(player: User, login_as: LoginAs) -> None:
    """JSON sets numbers no limit, and clients send members that nobody asked for."""
    given = [10**30, -(10**30), 2**63]
    answer = login_as(player).post("/api/game/action", {"action_type": "rest", "more": given})
    assert answer.status_code == 200
    assert [float(number) for number in entries()[-1].given["more"]] == [float(number) for number in given]


def test_reads_and_ticks_leave_no_trace(player: User, login_as: LoginAs, now: datetime) -> None:
    from hackathon.services import ticks

    client = login_as(player)
    before = len(entries())
    client.get("/api/game/state")
    ticks.world_advance(now=now.replace(hour=10))
    ticks.shard_tick(low=1, high=2**31, now=now.replace(hour=10))
    assert len(entries()) == before


def test_what_is_done_in_the_admin_is_traced(player: User, staff: User) -> None:
    client = Client()
    client.force_login(staff)
    game = player.hackathons.get()
    client.post(f"/admin/hackathon/hackathon/{game.pk}/change/", {"name": "Renamed"})
    entry = entries()[-1]
    assert (entry.actor_id, entry.source) == (staff.pk, "admin")
    assert entry.before == {f"hackathon:{game.pk}": {"name": game.name}}
    assert entry.after == {f"hackathon:{game.pk}": {"name": "Renamed"}}


def test_an_action_of_the_admin_is_traced_with_before_and_after(player: User, staff: User) -> None:
    client, game = Client(), player.hackathons.get()
    client.force_login(staff)
    client.post("/admin/hackathon/hackathon/", {"action": "pause", "_selected_action": [game.pk]})
    entry = entries()[-1]
    assert (entry.actor_id, entry.source) == (staff.pk, "admin")
    assert entry.before == {f"hackathon:{game.pk}": {"status": "running"}}
    assert entry.after == {f"hackathon:{game.pk}": {"status": "paused"}}


def test_services_of_all_games_say_what_was_before_and_after(player: User, login_as: LoginAs) -> None:
    client = login_as(player)
    client.patch("/api/me", {"username": "renamed"})
    assert entries()[-1].before == {f"user:{player.pk}": {"username": player.username}}
    assert entries()[-1].after == {f"user:{player.pk}": {"username": "renamed"}}
    session = client.post("/api/session/start", {"duration_minutes": 25, "room": "study"}).json()
    client.post("/api/session/cancel", {"session_id": session["session_id"]})
    assert entries()[-1].before == {f"session:{session['session_id']}": {"status": "pending"}}
    assert entries()[-1].after == {f"session:{session['session_id']}": {"status": "cancel"}}
    client.post(f"/savedata/{player.pk}", {"level": 3})
    assert entries()[-1].after == {f"save_data:{player.pk}": {"version": 1}}
    person = player.hackathons.get().participants.order_by("id")[0]
    client.delete(f"/api/participants/{person.pk}")
    assert f"participant:{person.pk}" in entries()[-1].after


def test_each_kind_of_denial_is_traced(player: User, login_as: LoginAs) -> None:
    client = login_as(player)
    client.get("/api/admin/audit")
    client.post("/api/game/action", {"action_type": "ship", "target_id": 10**9})
    stranger = begin_game(player.created_at).pk
    client.put(f"/api/hackathons/{stranger}", {"name": "Mine"})
    denied = [(entry.status, entry.code) for entry in entries() if entry.status]
    assert [status for status, _ in denied] == [403, 404, 403]
    assert all(code for _, code in denied)


def test_whoever_guesses_on_is_written_down_once(api: APIClient, settings: Any) -> None:
    cache = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": cache}
    guess = {"username": "nobody", "password": "hunter22"}
    statuses = [api.post("/api/login", guess).status_code for _ in range(60)]
    assert statuses.count(429) > 1
    assert [entry.status for entry in entries()].count(429) == 1


class TestReading:
    def ask(self, client: APIClient, **query: Any) -> list[dict[str, Any]]:
        answer = client.get("/api/admin/audit", query)
        assert answer.status_code == 200
        rows: list[dict[str, Any]] = answer.json()
        return rows

    def test_staff_filter_by_who_what_and_outcome(self, player: User, staff: User, login_as: LoginAs) -> None:
        client, other = login_as(player), login_as(staff)
        client.post("/api/game/action", {"action_type": "rest"})
        client.post("/api/game/action", {"action_type": "fly"})
        mine = self.ask(other, actor=str(player.pk), action="game/action")
        assert [row["status"] for row in mine] == [400, None]
        assert [row["code"] for row in self.ask(other, denied="true", actor=str(player.pk))] == ["unknown_action"]
        assert self.ask(other, until="2001-01-01T00:00:00Z") == []
        assert {row["made_by"] for row in self.ask(other, source="rest")} == {"rest"}

    def test_nobody_else_reads_it(self, player: User, login_as: LoginAs) -> None:
        assert login_as(player).get("/api/admin/audit").status_code == 403
        assert APIClient().get("/api/admin/audit").status_code == 401

    def test_a_malformed_filter_is_a_bad_request(self, staff: User, login_as: LoginAs) -> None:
        assert login_as(staff).get("/api/admin/audit?actor=me").status_code == 400
