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


class TestDjangoAdmin:
    FORM = {"event_type": "network_outage", "targets": "all", "scheduled_time_0": "", "scheduled_time_1": ""}

    @pytest.fixture
    def browser(self, boss: User) -> Client:
        client = Client()
        client.force_login(boss)
        return client

    def add(self, browser: Client, **changes: str) -> Any:
        return browser.post("/admin/hackathon/adminevent/add/", {**self.FORM, **changes})

    def test_an_event_is_scheduled_as_by_rest(
        self, games: list[Hackathon], boss: User, browser: Client, now: datetime
    ) -> None:
        when = {"scheduled_time_0": "2026-03-02", "scheduled_time_1": "08:00:00"}
        assert self.add(browser, targets=f"{games[0].pk}\n{games[2].user_id}\n", **when).status_code == 302
        event = AdminEvent.objects.get()
        assert (event.created_by_id, event.severity) == (boss.pk, "high")
        assert event.targets == [str(games[0].pk), str(games[2].user_id)]
        assert event.scheduled_time == datetime.fromisoformat("2026-03-02T08:00:00Z")
        assert announcements.events_fire(now=now) == 2
        page = browser.get(f"/admin/hackathon/adminevent/{event.pk}/change/").content.decode()
        assert "struck" in page
        assert "fired" in page

    def test_without_a_time_it_is_now(self, games: list[Hackathon], browser: Client) -> None:
        assert self.add(browser).status_code == 302
        assert announcements.events_fire(now=AdminEvent.objects.get().created_at) == 3

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            ({"targets": "all\nnobody"}, "Line 2: Expected `all`"),
            ({"targets": "\n"}, "This field is required"),
            ({"event_type": "alien_landing"}, "Select a valid choice"),
            ({"scheduled_time_0": "soon"}, "Enter a valid date"),
            ({"title": "x" * 161}, "at most 160 characters"),
        ],
    )
    def test_a_bad_one_is_a_form_error(self, browser: Client, change: dict[str, str], complaint: str) -> None:
        answer = self.add(browser, **change)
        assert answer.status_code == 200
        assert complaint in answer.content.decode()
        assert not AdminEvent.objects.exists()

    def test_one_that_waits_is_called_off(
        self, games: list[Hackathon], boss: User, browser: Client, now: datetime
    ) -> None:
        waiting = schedule(boss, now, at=now + HOUR)
        url = f"/admin/hackathon/adminevent/{waiting.pk}/delete/"
        assert browser.post(url, {"post": "yes"}).status_code == 302
        assert announcements.events_fire(now=now + HOUR) == 0

    def test_one_that_has_struck_stays(
        self, games: list[Hackathon], boss: User, browser: Client, now: datetime
    ) -> None:
        struck, waiting = schedule(boss, now), schedule(boss, now, at=now + HOUR)
        announcements.events_fire(now=now)
        url = f"/admin/hackathon/adminevent/{struck.pk}/delete/"
        assert browser.post(url, {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [struck.pk, waiting.pk], "post": "yes"}
        browser.post("/admin/hackathon/adminevent/", chosen)
        assert AdminEvent.objects.filter(pk=struck.pk).exists()

    def test_one_that_begins_to_strike_while_staff_is_asked_stays(
        self, games: list[Hackathon], boss: User, browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        event, cancel = schedule(boss, now), announcements.event_cancel_in_transaction

        def late(*, event_id: int) -> None:
            AdminEvent.objects.update(started_at=now)
            cancel(event_id=event_id)

        monkeypatch.setattr(announcements, "event_cancel_in_transaction", late)
        url = f"/admin/hackathon/adminevent/{event.pk}/delete/"
        answer = browser.post(url, {"post": "yes"}, follow=True)
        assert "has struck already" in answer.content.decode()
        assert AdminEvent.objects.filter(pk=event.pk).exists()
