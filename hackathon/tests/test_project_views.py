"""Projects and shipping over HTTP: success, and each refusal."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError
from rest_framework.test import APIClient

from hackathon.models import Hackathon, Participant, Project, Shipment
from hackathon.rules.enums import GameStatus, PersonStatus, ShipmentState, ShipState

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"title": "A small robot", "description": "It walks.", "repository_url": "https://example.org/robot"}


@pytest.fixture
def person(client: APIClient) -> int:
    client.get("/api/game/state")
    return Participant.objects.earliest("id").pk


@pytest.fixture
def project(client: APIClient, person: int) -> int:
    made = client.post("/api/projects", {"participant_id": person, **WORDS}, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "building")
    number: int = made.json()["project_id"]
    return number


def ship(client: APIClient, project: int, **body: str) -> Any:
    return client.post(f"/api/projects/{project}/ship", body, format="json")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_project_is_read_changed_listed_and_deleted(client: APIClient, project: int) -> None:
    changed = client.put(f"/api/projects/{project}", {"title": "A big robot"}, format="json").json()
    assert (changed["title"], changed["description"]) == ("A big robot", "It walks.")
    assert client.get(f"/api/projects/{project}").json() == changed
    assert client.get("/api/projects").json() == [changed]
    assert client.delete(f"/api/projects/{project}").status_code == 204
    assert code_of(client.get(f"/api/projects/{project}")) == (404, "project_not_found")


def test_refusals_of_projects(client: APIClient, stranger: APIClient, person: int, project: int) -> None:
    body = {"participant_id": person, **WORDS}
    assert code_of(client.post("/api/projects", body, format="json")) == (409, "project_exists")
    assert code_of(stranger.post("/api/projects", body, format="json")) == (403, "not_your_participant")
    unknown = {**body, "participant_id": 10**9}
    assert code_of(client.post("/api/projects", unknown, format="json")) == (404, "participant_not_found")
    assert code_of(client.post("/api/projects", {**body, "repository_url": "x"}, format="json")) == (400, "invalid")
    for method in (stranger.get, stranger.put, stranger.delete):
        assert code_of(method(f"/api/projects/{project}")) == (403, "not_your_project")
    assert code_of(ship(stranger, project)) == (403, "not_your_project")
    Project.objects.all().delete()
    Participant.objects.update(status=PersonStatus.QUIT)
    assert code_of(client.post("/api/projects", body, format="json")) == (409, "participant_gone")
    Hackathon.objects.update(status=GameStatus.LOST)
    assert code_of(client.post("/api/projects", body, format="json")) == (409, "game_over")


def test_what_is_unfinished_stays_and_says_what_is_missing(client: APIClient, project: int) -> None:
    refused = ship(client, project)
    assert code_of(refused) == (409, "nothing_to_ship")
    assert (refused.json()["hours"], refused.json()["hours_needed"]) == (0.0, 40.0)
    assert client.get(f"/api/projects/{project}/ship").json()["status"] == "not_shipped"


def test_two_phases_by_endpoint_and_by_action(client: APIClient, person: int, project: int) -> None:
    Participant.objects.filter(pk=person).update(ship_state=ShipState.READY_FIRST)
    assert code_of(ship(client, project, phase="post_sf")) == (409, "not_this_phase")
    assert code_of(ship(client, project, phase="never")) == (400, "invalid")
    sent = ship(client, project, phase="pre_sf").json()
    assert (sent["phase"], sent["status"]) == ("pre_sf", "packed")
    assert sent["tracking"]["events"] == [{"status": "packed", "tick": 0}]
    Participant.objects.filter(pk=person).update(ship_state=ShipState.READY_SECOND)
    assert code_of(ship(client, project)) == (409, "first_not_delivered")
    Shipment.objects.update(state=ShipmentState.DELIVERED, closed_tick=5)
    client.post("/api/game/action", {"action_type": "ship", "target_id": person}, format="json")
    shown = client.get(f"/api/projects/{project}/ship").json()
    assert [(row["phase"], row["status"]) for row in shown["shipments"]] == [
        ("post_sf", "packed"),
        ("pre_sf", "delivered"),
    ]
    Shipment.objects.update(state=ShipmentState.DELIVERED)
    assert code_of(ship(client, project)) == (409, "already_shipped")


def test_a_lost_parcel_is_sent_again(client: APIClient, person: int, project: int) -> None:
    Participant.objects.filter(pk=person).update(ship_state=ShipState.READY_FIRST)
    ship(client, project)
    Shipment.objects.update(state=ShipmentState.LOST)
    again = ship(client, project, phase="pre_sf").json()
    assert (again["status"], again["tracking"]["attempt"], len(again["shipments"])) == ("packed", 2, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"ap": 0}, "not_enough_ap"), ({"status": GameStatus.PAUSED}, "game_paused"), ({"status": 3}, "game_over")],
)
def test_a_game_that_cannot_does_not_ship(client: APIClient, project: int, change: dict[str, int], code: str) -> None:
    Participant.objects.update(ship_state=ShipState.READY_FIRST)
    Hackathon.objects.update(**change)
    assert code_of(ship(client, project)) == (409, code)


def test_one_project_a_participant_is_held_by_the_database(person: int, project: int, now: datetime) -> None:

    with pytest.raises(IntegrityError):
        Project.objects.create(participant_id=person, title="Another", created_at=now, updated_at=now)
