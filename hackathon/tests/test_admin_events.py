"""Events of staff: for all, some or one, now or later, once, and called off in time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from hackathon.models import AdminEvent, AdminEventDelivery, Hackathon, Incident
from hackathon.rules.enums import GameStatus
from hackathon.services import announcements
from hackathon.tests.factories import PlayerFactory, begin_game
from hackathon.tests.services.test_games import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., APIClient]
HOUR = timedelta(hours=1)


@pytest.fixture
def boss() -> User:
    user: User = PlayerFactory(is_staff=True, is_superuser=True)
    return user


@pytest.fixture
def staff(boss: User, login_as: LoginAs) -> APIClient:
    return login_as(boss)


@pytest.fixture
def games(now: datetime) -> list[Hackathon]:
    return [begin_game(now) for _ in range(3)]


def schedule(boss: User, now: datetime, at: datetime | None = None, targets: list[str] | None = None) -> AdminEvent:
    return announcements.event_schedule(
        event_type="network_outage",
        title="",
        description="",
        severity="",
        targets=targets or ["all"],
        scheduled_time=at,
        created_by=boss.pk,
        now=now,
    )


def struck(games: list[Hackathon]) -> list[int]:
    return [Incident.objects.filter(hackathon=game, type="network_outage").count() for game in games]


class TestFiring:
    def test_everybody_is_struck_once_however_often_it_is_swept(
        self, games: list[Hackathon], boss: User, now: datetime
    ) -> None:
        schedule(boss, now)
        assert [announcements.events_fire(now=now) for _ in range(3)] == [3, 0, 0]
        assert struck(games) == [1, 1, 1]

    def test_sweeps_at_once_strike_once(self, games: list[Hackathon], boss: User, now: datetime) -> None:
        schedule(boss, now)
        at_once(4, lambda _: announcements.events_fire(now=now))
        assert struck(games) == [1, 1, 1]

    def test_some_or_one(self, games: list[Hackathon], boss: User, now: datetime) -> None:
        schedule(boss, now, targets=[str(games[0].user_id), str(games[2].pk)])
        announcements.events_fire(now=now)
        assert struck(games) == [1, 0, 1]

    def test_it_waits_for_its_time(self, games: list[Hackathon], boss: User, now: datetime) -> None:
        schedule(boss, now, at=now + HOUR)
        assert announcements.events_fire(now=now + HOUR - timedelta(seconds=1)) == 0
        assert announcements.events_fire(now=now + HOUR) == 3

    def test_a_sweep_that_died_is_taken_up_where_it_stood(
        self, games: list[Hackathon], boss: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        schedule(boss, now)
        save = announcements.shard_save
        saved: list[int] = []

        def dying(**arguments: Any) -> None:
            if saved:
                raise SystemExit
            saved.append(1)
            save(**arguments)

        with monkeypatch.context() as patch:
            patch.setattr(announcements, "shard_save", dying)
            with pytest.raises(SystemExit):
                announcements.events_fire(now=now)
        assert sorted(struck(games)) == [0, 0, 1]
        begin_game(now)  # came after it struck
        assert announcements.events_fire(now=now) == 2
        assert struck(games) == [1, 1, 1]
        assert AdminEventDelivery.objects.count() == 3

    def test_a_game_that_cannot_be_struck_is_noted_and_passed_over(
        self, games: list[Hackathon], boss: User, now: datetime
    ) -> None:
        event = schedule(boss, now)
        assert announcements._start(event.pk, now)
        Hackathon.objects.filter(pk=games[0].pk).update(status=GameStatus.FINISHED)
        announcements.events_fire(now=now)
        outcomes = AdminEventDelivery.objects.order_by("hackathon_id").values_list("outcome", flat=True)
        assert list(outcomes) == ["game_over", "struck", "struck"]


class TestOverHttp:
    BODY = {"event_type": "lawsuit_threat", "title": "The mayor calls", "description": "Now."}

    def test_set_off_listed_and_seen_by_players(
        self, games: list[Hackathon], staff: APIClient, login_as: LoginAs, now: datetime
    ) -> None:
        made = staff.post("/api/admin/events", {**self.BODY, "targets": [str(games[0].user_id)]})
        assert (made.status_code, made.json()["status"]) == (201, "scheduled")
        announcements.events_fire(now=AdminEvent.objects.get().scheduled_time)
        (listed,) = staff.get("/api/admin/events").json()
        assert (listed["event_id"], listed["status"], listed["struck"]) == (made.json()["event_id"], "fired", 1)
        (event,) = login_as(games[0].user).get("/api/game/state").json()["active_events"]
        assert (event["title"], event["event_type"]) == ("The mayor calls", "lawsuit_threat")
        gone = staff.delete(f"/api/admin/events/{listed['event_id']}")
        assert (gone.status_code, gone.json()["code"]) == (409, "admin_event_started")

    def test_called_off_it_never_strikes(self, games: list[Hackathon], staff: APIClient) -> None:
        later = "2099-01-01T00:00:00Z"
        event = staff.post("/api/admin/events", {**self.BODY, "scheduled_time": later}).json()
        assert event["scheduled_time"] == later
        assert staff.delete(f"/api/admin/events/{event['event_id']}").status_code == 204
        assert announcements.events_fire(now=datetime.fromisoformat(later)) == 0
        assert staff.delete(f"/api/admin/events/{event['event_id']}").json()["code"] == "admin_event_not_found"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"event_type": "alien_landing"}, "unknown_incident_type"),
            ({"targets": ["nobody"]}, "invalid"),
            ({"targets": []}, "invalid"),
            ({"scheduled_time": "soon"}, "invalid"),
        ],
    )
    def test_nonsense_is_refused(self, staff: APIClient, change: dict[str, Any], code: str) -> None:
        answer = staff.post("/api/admin/events", {**self.BODY, **change})
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_staff_only(self, games: list[Hackathon], login_as: LoginAs, api: APIClient) -> None:
        player = login_as(games[0].user)
        for client, status in ((player, 403), (api, 401)):
            assert client.get("/api/admin/events").status_code == status
            assert client.post("/api/admin/events", self.BODY).status_code == status
            assert client.delete("/api/admin/events/1").status_code == status


def test_django_admin_adds_and_calls_off(games: list[Hackathon], boss: User, now: datetime) -> None:
    client = Client()
    client.force_login(boss)
    form = {"event_type": "network_outage", "targets": '["all"]', "scheduled_time_0": "2026-03-02"}
    added = client.post("/admin/hackathon/adminevent/add/", {**form, "scheduled_time_1": "08:00:00"})
    assert added.status_code == 302
    assert announcements.events_fire(now=now) == 3
    waiting = schedule(boss, now, at=now + HOUR)
    assert client.post(f"/admin/hackathon/adminevent/{waiting.pk}/delete/", {"post": "yes"}).status_code == 302
    assert announcements.events_fire(now=now + HOUR) == 0
