"""Tommy's endpoints over HTTP: each with its success and its refusals, and every kind of nonsense."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from hackathon.models import Hackathon, InboxMessage, LogEntry, World
from hackathon.rules.enums import GameStatus
from hackathon.services import ticks
from hackathon.tests.factories import PlayerFactory
from tommy.core import clock

pytestmark = pytest.mark.django_db(transaction=True)

Login = Callable[[User], APIClient]


@pytest.fixture
def player(login_as: Login) -> APIClient:
    client = login_as(PlayerFactory())
    assert client.get("/api/game/state").status_code == 200
    return client


@pytest.fixture
def other(login_as: Login) -> APIClient:
    client = login_as(PlayerFactory())
    assert client.get("/api/game/state").status_code == 200
    return client


def problem(answer: Any) -> tuple[int, str]:
    """(status, code) of a refusal, checked for its form."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert isinstance(body["detail"], str)
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


def tick(count: int = 1) -> None:
    for _ in range(count):
        now = World.objects.get().advanced_at + timedelta(seconds=10)
        ticks.world_advance(now=now)
        ticks.shard_tick(low=1, high=2**31, now=now)


def test_everything_but_the_pulse_needs_a_login(api: APIClient) -> None:
    for path in ("game/state", "game/actions", "game/logs", "hackathons", "inbox", "leaderboard", "housing/listings"):
        answer = api.get(f"/api/{path}")
        assert problem(answer)[0] == 401
        assert answer["WWW-Authenticate"] == "Bearer"
    assert set(api.get("/api/world").json()) == {"tick", "age_seconds", "paused", "running"}


def test_the_first_call_creates_a_populated_game(player: APIClient) -> None:
    state = player.get("/api/game/state").json()
    assert state["budget_total"] == state["budget_left"] == 30000
    assert state["budget_used"] == 0
    assert state["counts"]["participants"] == 12
    assert state["time_remaining"] == 360
    assert state["created_at"].endswith("Z")
    assert [mine["id"] for mine in state["hackathons"]] == [state["id"]]


def test_the_state_costs_a_fixed_number_of_statements(player: APIClient, django_assert_max_num_queries: Any) -> None:
    tick(8)
    with django_assert_max_num_queries(9):
        player.get("/api/game/state")


class TestActions:
    def test_each_type_is_listed_with_schema_cost_and_possibility(self, player: APIClient) -> None:
        kinds = {kind["action_type"]: kind for kind in player.get("/api/game/actions").json()}
        assert {"rest", "approve", "resolve", "lease_housing", "reply"} <= set(kinds)
        assert kinds["rest"]["possible"] is True
        assert kinds["resolve"]["possible"] is False
        assert kinds["resolve"]["why_not_code"] == "no_target"
        assert kinds["resolve"]["parameters"]["required"] == ["choice"]
        assert kinds["talk"]["targets"]

    def test_an_event_is_resolved_by_its_id(self, player: APIClient) -> None:
        event = player.post("/api/game/events/random", {"event_type": "visa_panic"}).json()
        assert event["choices"][0]["choice"] == "invitation_letter"
        body = {"action_type": "resolve", "target_id": event["event_id"], "parameters": {"choice": "invitation_letter"}}
        answer = player.post("/api/game/action", body)
        assert answer.status_code == 200
        assert answer.json()["success"] is True
        assert set(answer.json()["effects"]) >= {"stress_level", "budget_left", "reputation"}
        assert problem(player.post("/api/game/action", body)) == (409, "incident_closed")

    @pytest.mark.parametrize(
        ("body", "refusal"),
        [
            ({}, (400, "invalid")),
            ({"action_type": "dance"}, (400, "unknown_action")),
            ({"action_type": ["rest"]}, (400, "invalid")),
            ({"action_type": "rest", "target_id": "x"}, (400, "invalid")),
            ({"action_type": "rest", "target_id": 5}, (400, "invalid_parameters")),
            ({"action_type": "rest", "parameters": []}, (400, "invalid")),
            ({"action_type": "rest", "parameters": {"more": 1}}, (400, "invalid_parameters")),
            ({"action_type": "rest", "hackathon_id": 2**80}, (400, "invalid")),
            ({"action_type": "rest", "hackathon_id": 10**9}, (404, "hackathon_not_found")),
            ({"action_type": "talk", "target_id": 2**62}, (404, "participant_not_found")),
            ({"action_type": "approve", "target_id": 1}, (404, "request_not_found")),
            ({"action_type": "resolve", "target_id": 1, "parameters": {"choice": 1e308}}, (404, "incident_not_found")),
        ],
    )
    def test_nonsense_changes_nothing(self, player: APIClient, body: Any, refusal: tuple[int, str]) -> None:
        before = Hackathon.objects.values().get()
        assert problem(player.post("/api/game/action", body)) == refusal
        assert Hackathon.objects.values().get() == before

    def test_unknown_types_are_told_the_known_ones(self, player: APIClient) -> None:
        assert "rest" in player.post("/api/game/action", {"action_type": "dance"}).json()["known"]

    def test_another_players_things_are_not_mine(self, player: APIClient, other: APIClient) -> None:
        theirs = other.get("/api/game/state").json()["id"]
        body = {"action_type": "rest", "hackathon_id": theirs}
        assert problem(player.post("/api/game/action", body)) == (403, "not_your_hackathon")
        event = other.post("/api/game/events/random", {}).json()["event_id"]
        body = {"action_type": "resolve", "target_id": event, "parameters": {"choice": "wait"}}
        assert problem(player.post("/api/game/action", body)) == (404, "incident_not_found")

    @pytest.mark.parametrize(("status", "code"), [(GameStatus.LOST, "game_over"), (GameStatus.PAUSED, "game_paused")])
    def test_games_that_do_not_run_take_nothing(self, player: APIClient, status: GameStatus, code: str) -> None:
        Hackathon.objects.update(status=status)
        assert problem(player.post("/api/game/action", {"action_type": "rest"})) == (409, code)
        assert problem(player.post("/api/game/events/random", {})) == (409, code)

    def test_events_by_an_unknown_name_are_refused(self, player: APIClient) -> None:
        answer = player.get("/api/game/events/random?event_type=picnic")
        assert problem(answer) == (400, "unknown_incident_type")


class TestRuns:
    def test_a_new_run_replaces_the_old_one(self, player: APIClient) -> None:
        old = player.get("/api/game/state").json()["id"]
        fresh = player.post("/api/game/new", {"name": "Second try"})
        assert fresh.status_code == 201
        assert fresh.json()["name"] == "Second try"
        assert player.get("/api/game/state").json()["id"] == fresh.json()["id"] != old
        assert player.get(f"/api/hackathons/{old}").json()["status"] == "abandoned"

    def test_further_runs_have_a_limit(self, player: APIClient) -> None:
        assert player.post("/api/hackathons", {"name": "B"}).status_code == 201
        assert player.post("/api/hackathons", {"name": "C"}).status_code == 201
        assert problem(player.post("/api/hackathons", {"name": "D"})) == (409, "too_many_hackathons")
        assert [row["name"] for row in player.get("/api/hackathons").json()][:2] == ["C", "B"]

    def test_read_rename_and_refusals(self, player: APIClient, other: APIClient) -> None:
        mine = player.get("/api/hackathons/current").json()["id"]
        assert player.put(f"/api/hackathons/{mine}", {"name": "Renamed"}).json()["name"] == "Renamed"
        assert problem(player.put(f"/api/hackathons/{mine}", {"name": ""})) == (400, "invalid")
        assert problem(other.get(f"/api/hackathons/{mine}")) == (403, "not_your_hackathon")
        for nowhere in ("0", "x", "9" * 30, "-1", "%F0%9F%92%A9"):
            assert problem(player.get(f"/api/hackathons/{nowhere}")) == (404, "hackathon_not_found")
        assert problem(player.delete(f"/api/hackathons/{mine}")) == (405, "method_not_allowed")


class TestParticipants:
    BODY = {"name": "Ada", "email": "ada@example.org", "github_username": "ada-l", "skills": ["rust"]}

    def test_create_read_update_delete(self, player: APIClient) -> None:
        made = player.post("/api/hackathons/current/participants", self.BODY)
        assert made.status_code == 201
        key = made.json()["participant_id"]
        assert made.json()["participant"]["skills"] == ["rust"]
        assert player.patch(f"/api/participants/{key}", {"name": "Ada L."}).json()["name"] == "Ada L."
        assert player.put(f"/api/participants/{key}", self.BODY).json()["name"] == "Ada"
        assert player.get("/api/hackathons/current/participants").json()[0]["id"] == key
        assert player.delete(f"/api/participants/{key}").status_code == 204
        assert problem(player.get(f"/api/participants/{key}")) == (404, "participant_not_found")

    @pytest.mark.parametrize(
        "change",
        [
            {"name": ""},
            {"name": None},
            {"email": "no"},
            {"github_username": "a b"},
            {"skills": "x"},
            {"name": "x" * 200},
        ],
    )
    def test_bad_fields_are_named(self, player: APIClient, change: Any) -> None:
        answer = player.post("/api/hackathons/current/participants", {**self.BODY, **change})
        assert problem(answer) == (400, "invalid")
        assert next(iter(change)) in answer.json()["errors"]

    def test_others_may_neither_look_nor_touch(self, player: APIClient, other: APIClient) -> None:
        key = player.get("/api/hackathons/current/participants").json()[0]["id"]
        for path in ("", "/commits", "/devlogs"):
            assert problem(other.get(f"/api/participants/{key}{path}")) == (403, "not_your_participant")
        assert problem(other.delete(f"/api/participants/{key}")) == (403, "not_your_participant")

    def test_nobody_learns_who_is_honest(self, player: APIClient) -> None:
        key = player.get("/api/hackathons/current/participants").json()[0]["id"]
        assert "honest" not in player.get(f"/api/participants/{key}").json()

    def test_work_is_listed_in_pages(self, player: APIClient) -> None:
        tick(14)
        people = player.get("/api/hackathons/current/participants").json()
        busy = max(people, key=lambda person: person["hours"])
        commits = player.get(f"/api/participants/{busy['id']}/commits?limit=1")
        assert len(commits.json()) == 1
        assert 'rel="next"' in commits["Link"]
        following = commits["Link"].split(">")[0].strip("<")
        assert player.get(following).json()[0]["id"] < commits.json()[0]["id"]
        assert problem(player.get(f"/api/participants/{busy['id']}/commits?cursor=nonsense")) == (400, "invalid")

    def test_a_devlog_is_kept(self, player: APIClient) -> None:
        key = player.get("/api/hackathons/current/participants").json()[0]["id"]
        made = player.post(f"/api/participants/{key}/devlogs", {"text": "It builds."})
        assert made.status_code == 201
        assert player.get(f"/api/participants/{key}/devlogs").json()[0]["id"] == made.json()["devlog_id"]
        assert problem(player.post(f"/api/participants/{key}/devlogs", {"text": ""})) == (400, "invalid")


class TestRecords:
    def test_the_log_is_filtered_by_type_and_time(self, player: APIClient) -> None:
        tick(3)
        player.post("/api/game/action", {"action_type": "rest"})
        types = {line["type"] for line in player.get("/api/game/logs").json()}
        assert {"tick", "action"} <= types
        only = player.get("/api/game/logs?type=action").json()
        assert [line["code"] for line in only] == ["action_taken"]
        since = clock.isoformat(LogEntry.objects.latest("id").at + timedelta(days=400))
        assert player.get(f"/api/game/logs?since={since}").json() == []
        assert problem(player.get("/api/game/logs?type=gossip")) == (400, "invalid")
        assert problem(player.get("/api/game/logs?since=yesterday")) == (400, "invalid")

    def test_money_in_the_log_is_euros(self, player: APIClient) -> None:
        tick(6)
        night = player.get("/api/game/logs?type=tick").json()[0]
        assert night["data"]["after"]["budget"] == pytest.approx(player.get("/api/game/state").json()["budget_left"])

    def test_letters_are_read_answered_and_private(self, player: APIClient, other: APIClient) -> None:
        tick(3)
        letter = player.get("/api/inbox?unread=true").json()[-1]
        assert player.post(f"/api/inbox/{letter['id']}/read").json()["read"] is True
        answer = player.post(f"/api/inbox/{letter['id']}/reply", {"message": "On it."})
        assert answer.status_code == 201
        assert answer.json()["thread"] == letter["thread"]
        assert player.get(f"/api/inbox?thread={letter['thread']}").json()[0]["outgoing"] is True
        assert problem(other.post(f"/api/inbox/{letter['id']}/read")) == (404, "message_not_found")
        assert problem(player.post(f"/api/inbox/{answer.json()['id']}/reply", {"message": "?"})) == (
            409,
            "cannot_reply",
        )
        assert InboxMessage.objects.get(pk=letter["id"]).replied_at is not None

    def test_the_leaderboard_ranks_players_by_their_best_game(self, player: APIClient, other: APIClient) -> None:
        tick(12)
        rows = player.get("/api/leaderboard").json()
        assert player.get("/api/reports/leaderboard").json() == rows
        assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
        assert sum(row["me"] for row in rows) == 1
        short = player.get("/api/leaderboard?limit=1&scope=season").json()
        assert len(short) in {1, 2}
        assert problem(player.get("/api/leaderboard?scope=week")) == (400, "invalid")

    def test_the_market_is_open(self, player: APIClient) -> None:
        prices = [listing["price_per_night"] for listing in player.get("/api/housing/listings").json()]
        assert len(prices) == 3
        assert prices == sorted(prices)


def test_me_shows_the_game_and_export_holds_it_all(player: APIClient) -> None:
    assert player.get("/api/me").json()["game"]["counts"]["participants"] == 12
    export = player.get("/api/me/export").json()
    assert len(export["hackathon"]["participants"]) == 12
    assert "honest" not in export["hackathon"]["participants"][0]


@pytest.mark.parametrize("limit", ["0", "-1", "null", "1e3", "\u0663", ""])
def test_a_page_has_a_size(player: APIClient, limit: str) -> None:
    assert problem(player.get("/api/inbox", {"limit": limit})) == (400, "invalid")
    assert player.get("/api/inbox", {"limit": "1000"}).status_code == 200
