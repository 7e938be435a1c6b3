"""Files handed in with projects: kept once, private, and gone with what they belong to."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import Hackathon, Participant, ProjectFile
from hackathon.services import saves
from hackathon.tests import papers
from hackathon.tests.playing import at_once
from tommy.core.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = papers.encoded(papers.paper(1), "PNG")
README = "# A small robot\n\nIt walks. \u2713\n".encode()


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def project(client: APIClient) -> int:
    client.get("/api/game/state")
    person = Participant.objects.earliest("id").pk
    made = client.post("/api/projects", {"participant_id": person, "title": "A small robot"}, format="json")
    number: int = made.json()["project_id"]
    return number


def hand_in(client: APIClient, project: int, content: bytes = PICTURE, name: str = "robot.png", **headers: str) -> Any:
    file = SimpleUploadedFile(name, content, "image/svg+xml")
    return client.post(f"/api/projects/{project}/files", {"file": file}, format="multipart", **headers)


def test_a_file_is_kept_listed_and_fetched_by_its_owner_alone(
    client: APIClient, stranger: APIClient, project: int
) -> None:
    made = hand_in(client, project, name="../../robot.html")
    file = made.json()
    assert (made.status_code, file["content_type"], file["name"]) == (201, "image/png", "robot.html")
    assert client.get(f"/api/projects/{project}").json()["files"] == [file]
    assert client.get("/api/projects").json()[0]["files"] == [file]
    fetched = client.get(file["url"])
    assert (fetched["Content-Type"], fetched["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert stranger.get(file["url"]).status_code == 404
    assert APIClient().get(file["url"]).status_code == 401


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.encoded(papers.paper(2)), "image/jpeg"),
        (papers.encoded(papers.paper(2), "WEBP"), "image/webp"),
        (papers.pdf("Slides"), "application/pdf"),
        (README, "text/plain; charset=utf-8"),
        (b"\xef\xbb\xbfname,hours\r\n1,2\r\n", "text/plain; charset=utf-8"),
    ],
    ids=["jpeg", "webp", "pdf", "markdown", "csv"],
)
def test_each_kind_is_told_by_its_content(client: APIClient, project: int, content: bytes, kind: str) -> None:
    made = hand_in(client, project, content, "lies.exe")
    assert (made.status_code, made.json()["content_type"]) == (201, kind)
    assert client.get(made.json()["url"])["Content-Type"] == kind


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415, "unknown_file_type"),
        (b"  \n<!DOCTYPE html><p>hello", 415, "unknown_file_type"),
        (b"<?xml version='1.0'?><svg/>", 415, "unknown_file_type"),
        (b"#!/bin/sh\nrm -rf /\n", 415, "unknown_file_type"),
        (b"PK\x03\x04" + bytes(100), 415, "unknown_file_type"),
        (b"text with a \x00 in it", 415, "unknown_file_type"),
        ("Grüße".encode("latin1"), 415, "unknown_file_type"),
        (b"GIF89a" + bytes(50), 415, "unknown_file_type"),
        (README + b"<script>alert(1)</script>", 400, "unsafe_file"),
        (README + b"[click](javascript:alert(1))", 400, "unsafe_file"),
        (PICTURE + b"<html>", 400, "unsafe_file"),
        (PICTURE + b"PK\x03\x04" + bytes(40), 400, "unsafe_file"),
        (papers.pdf_with_script(), 400, "unsafe_file"),
        (papers.pdf_with_attachment(), 400, "unsafe_file"),
        (PICTURE[:400], 400, "unreadable_file"),
        (papers.pdf("Slides")[:200], 400, "unreadable_file"),
        (papers.bomb(60_000), 413, "file_too_large"),
        (b"a" * (10 * 1024 * 1024 + 1), 413, "file_too_large"),
        (b"", 400, "invalid"),
    ],
)
def test_what_is_refused_leaves_nothing(
    client: APIClient, project: int, content: bytes, status: int, code: str
) -> None:
    answer = hand_in(client, project, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (ProjectFile.objects.count(), Upload.objects.count()) == (0, 0)


def test_the_same_file_is_kept_once_however_often_it_is_sent(client: APIClient, project: int) -> None:
    first = hand_in(client, project)
    again = hand_in(client, project, name="other.png")
    assert (again.status_code, again.json()) == (201, first.json())
    at_once(6, lambda number: hand_in(client, project, README if number % 2 else PICTURE))
    assert (ProjectFile.objects.count(), Upload.objects.count()) == (2, 2)


def test_repeated_with_its_key_it_gives_the_first_answer(client: APIClient, project: int) -> None:
    first = hand_in(client, project, HTTP_IDEMPOTENCY_KEY="once")
    again = hand_in(client, project, HTTP_IDEMPOTENCY_KEY="once")
    other = hand_in(client, project, README, HTTP_IDEMPOTENCY_KEY="once")
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_project_holds_only_so_many(client: APIClient, project: int) -> None:
    limit = catalogue.project_file_limits().per_project
    outcomes = at_once(4, lambda number: [hand_in(client, project, b"%d %d" % (number, n)) for n in range(limit // 2)])
    assert outcomes == {"ok": 4}
    refused = hand_in(client, project)
    assert (refused.status_code, refused.json()["code"], refused.json()["limit"]) == (409, "too_many_files", limit)
    assert ProjectFile.objects.count() == limit


def test_refusals_of_projects(client: APIClient, stranger: APIClient, project: int) -> None:
    assert hand_in(client, 10**9).json()["code"] == "project_not_found"
    assert hand_in(stranger, project).json()["code"] == "not_your_project"
    assert client.post(f"/api/projects/{project}/files", {}, format="json").status_code == 415
    assert client.post(f"/api/projects/{project}/files", {"file": "x"}, format="multipart").status_code == 400


def test_files_go_with_their_project(client: APIClient, project: int) -> None:
    path = Upload.objects.get(pk=hand_in(client, project).json()["url"].rpartition("/")[2]).path
    assert path.exists()
    assert client.delete(f"/api/projects/{project}").status_code == 204
    assert (ProjectFile.objects.count(), Upload.objects.count(), path.exists()) == (0, 0, False)


def test_a_save_keeps_files_but_brings_no_deleted_one_back(
    client: APIClient, project: int, player: Any, now: datetime
) -> None:
    kept, gone = hand_in(client, project).json(), hand_in(client, project, README).json()
    game = Hackathon.objects.get()
    stored = saves.game_save(user_id=player.pk, hackathon_id=game.pk, name="", now=now)
    hand_in(client, project, b"written after the save")
    Upload.objects.filter(pk=gone["url"].rpartition("/")[2]).delete()
    saves.game_load(user_id=player.pk, save_id=stored.pk, now=now)
    assert client.get(f"/api/projects/{project}").json()["files"] == [kept]
    client.delete(f"/api/projects/{project}")
    saves.game_load(user_id=player.pk, save_id=stored.pk, now=now)
    assert client.get(f"/api/projects/{project}").json()["files"] == []
