"""Staff in Django admin: every list opens, the actions act."""

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hackathon.models import Hackathon, Incident, World
from hackathon.rules.enums import GameStatus
from hackathon.tests.factories import begin_game

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.org", "root", "secret"))
    return browser


@pytest.fixture
def game(now: datetime) -> Hackathon:
    return begin_game(now)


def run(staff: Client, model: str, action: str, pk: Any, **more: str) -> Any:
    url = reverse(f"admin:hackathon_{model}_changelist")
    return staff.post(url, {"action": action, "_selected_action": [str(pk)], **more}, follow=True)


@pytest.mark.parametrize(
    "model", [model for model in apps.get_app_config("hackathon").get_models() if admin.site.is_registered(model)]
)
def test_every_list_and_row_opens(staff: Client, game: Hackathon, model: Any) -> None:
    name = model._meta.model_name
    assert staff.get(reverse(f"admin:hackathon_{name}_changelist")).status_code == 200
    if (row := model.objects.first()) is not None:
        assert staff.get(reverse(f"admin:hackathon_{name}_change", args=[row.pk])).status_code == 200


def test_an_event_is_triggered_for_chosen_games(staff: Client, game: Hackathon) -> None:
    answer = run(staff, "hackathon", "trigger_event", game.pk, event_type="lawsuit_threat")
    assert "Triggered in 1 games." in answer.content.decode()
    assert Incident.objects.get().type == "lawsuit_threat"


def test_games_and_the_world_stand_still_and_go_on(staff: Client, game: Hackathon) -> None:
    run(staff, "hackathon", "pause", game.pk)
    assert Hackathon.objects.get().status == GameStatus.PAUSED
    run(staff, "hackathon", "resume", game.pk)
    assert Hackathon.objects.get().status == GameStatus.RUNNING
    run(staff, "world", "pause_clock", 1)
    assert World.objects.get().paused
    run(staff, "world", "resume_clock", 1)
    assert not World.objects.get().paused


def test_content_is_listed_shown_and_refused_when_bad(staff: Client) -> None:
    assert "hackathon/incidents.json" in staff.get(reverse("admin:core_contentfile_changelist")).content.decode()
    url = reverse("admin:core_contentfile_change", args=["hackathon/incidents.json"])
    assert "network_outage" in staff.get(url).content.decode()
    answer = staff.post(url, {"text": '{"types": []}'})
    assert "hackathon/incidents.json#/chance: Field required" in answer.content.decode()
    reload = staff.post(reverse("admin:core_contentfile_reload"), follow=True)
    assert "All content was reloaded." in reload.content.decode()


def test_whoever_is_not_staff_sees_nothing(game: Hackathon) -> None:
    browser = Client()
    browser.force_login(User.objects.get(pk=game.user_id))
    assert browser.get(reverse("admin:hackathon_hackathon_changelist")).status_code == 302
