"""Room for files: an account has so much, shares it among its games, and gets it back when no game needs a file."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import Hackathon, Participant, ProjectFile, Receipt
from hackathon.services import files, saves
from hackathon.tests import papers
from hackathon.tests.playing import at_once
from tommy.core.models import Upload
from tommy.core.uploads import stored_bytes

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = b"Sixty bytes of notes, of which each is another one: " + b"%08d"
LoginAs = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def projects(client: APIClient) -> list[int]:
    """A project in each of two games of one player."""
    client.get("/api/game/state")
    client.post("/api/hackathons", {"name": "Another"}, format="json")
    people = [game.participants.earliest("id").pk for game in Hackathon.objects.order_by("id")]
    made = [client.post("/api/projects", {"participant_id": key, "title": "A robot"}, format="json") for key in people]
    return [answer.json()["project_id"] for answer in made]


def hand_in(client: APIClient, project: int, content: bytes) -> Any:
    file = SimpleUploadedFile("notes.txt", content)
    return client.post(f"/api/projects/{project}/files", {"file": file}, format="multipart")


def receipt(client: APIClient, number: int) -> Any:
    person = Participant.objects.earliest("id").pk
    file = SimpleUploadedFile("receipt.png", papers.encoded(papers.paper(number), "PNG"))
    body = {"participant_id": person, "amount": "12.50", "file": file}
    return client.post("/api/receipts", body, format="multipart")


def leave_room_for(owner_id: Any, room: int, now: datetime) -> Upload:
    limit = catalogue.limits().files.per_account_bytes
    kept: dict[str, Any] = {"kind": "projects", "name": "film.pdf", "content_type": "application/pdf"}
    return Upload.objects.create(owner_id=owner_id, size=limit - stored_bytes(owner_id) - room, created_at=now, **kept)


def test_of_uploads_at_once_only_those_pass_that_fit_together(
    client: APIClient, player: Any, projects: list[int], now: datetime
) -> None:
    leave_room_for(player.pk, 150, now)
    answers = []
    at_once(8, lambda number: answers.append(hand_in(client, projects[number % 2], NOTE % number)))
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 6
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    limit = catalogue.limits().files.per_account_bytes
    assert refused["code"] == "storage_full"
    assert limit - 150 <= refused["stored"] <= refused["limit"] == limit
    assert stored_bytes(player.pk) == limit - 150 + 2 * 60


def test_receipts_and_projects_share_it_and_another_account_has_its_own(
    client: APIClient, stranger: APIClient, player: Any, projects: list[int], now: datetime
) -> None:
    leave_room_for(player.pk, 100, now)
    refused = receipt(client, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_full")
    assert not Receipt.objects.exclude(sha256="").exists()
    assert hand_in(client, projects[0], NOTE % 1).status_code == 201
    stranger.get("/api/game/state")
    theirs = Participant.objects.latest("id").pk
    file = SimpleUploadedFile("receipt.png", papers.encoded(papers.paper(1), "PNG"))
    body = {"participant_id": theirs, "amount": "12.50", "file": file}
    assert stranger.post("/api/receipts", body, format="multipart").status_code == 201


def test_deleting_a_project_makes_room(client: APIClient, player: Any, projects: list[int], now: datetime) -> None:
    leave_room_for(player.pk, 60, now)
    assert [hand_in(client, projects[0], NOTE % number).status_code for number in (1, 2)] == [201, 409]
    client.delete(f"/api/projects/{projects[0]}")
    assert hand_in(client, projects[1], NOTE % 2).status_code == 201


class TestPruning:
    LATER = timedelta(days=catalogue.limits().files.kept_days + 1)

    def test_receipts_of_games_that_ended_long_ago_lose_their_files(self, client: APIClient, now: datetime) -> None:
        client.get("/api/game/state")
        made = receipt(client, 1).json()
        at = Receipt.objects.get(pk=made["receipt_id"]).created_at
        path = Upload.objects.get().path
        assert files.files_prune(now=at + self.LATER) == 0, "the game goes on"
        Hackathon.objects.update(ended_at=at)
        assert files.files_prune(now=at) == 0, "not that long ago"
        assert files.files_prune(now=at + self.LATER) == 1
        assert (Upload.objects.count(), path.exists()) == (0, False)
        assert client.get(f"/api/receipts/{made['receipt_id']}").json()["file_url"] is None
        assert receipt(client, 1).json()["ai_validation"] == "duplicated"

    def test_what_a_save_left_behind_goes_and_what_is_attached_stays(
        self, client: APIClient, player: Any, projects: list[int], now: datetime
    ) -> None:
        hand_in(client, projects[0], NOTE % 1)
        game = Hackathon.objects.earliest("id")
        stored = saves.game_save(user_id=player.pk, hackathon_id=game.pk, name="", now=now)
        receipt(client, 1)
        saves.game_load(user_id=player.pk, save_id=stored.pk, now=now)
        newest = Upload.objects.latest("created_at").created_at
        assert (Receipt.objects.exclude(sha256="").count(), Upload.objects.count()) == (0, 2)
        assert files.files_prune(now=newest) == 0
        assert files.files_prune(now=newest + self.LATER) == 1
        assert (ProjectFile.objects.count(), Upload.objects.count()) == (1, 1)
