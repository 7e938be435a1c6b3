"""Receipts over HTTP: handed in, judged, read, and refused; two bad ones flag whoever handed them in."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from hackathon.models import Hackathon, LogEntry, Participant, Receipt, Request
from hackathon.rules.enums import GameStatus, PersonStatus, RequestKind, RequestStatus
from hackathon.rules.receipts import Verdict
from hackathon.services import saves
from hackathon.tests import papers
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import at_once, play
from tommy.core.models import Upload
from tommy.core.selectors import notifications_after

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., APIClient]
PICTURE = papers.encoded(papers.paper(1))


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def game(now: datetime) -> Hackathon:
    return begin_game(now)


@pytest.fixture
def client(game: Hackathon, login_as: LoginAs) -> APIClient:
    return login_as(game.user)


def hand_in(client: APIClient, game: Hackathon, content: bytes | None = PICTURE, **fields: Any) -> Any:
    body = {"participant_id": game.participants.order_by("id").values_list("id", flat=True)[0], "amount": "12.50"}
    if content is None:
        return client.post("/api/receipts", {**body, **fields}, format="json")
    file = SimpleUploadedFile("receipt.jpg", content, "image/jpeg")
    return client.post("/api/receipts", {**body, **fields, "file": file}, format="multipart")


def test_a_receipt_is_judged_kept_and_read_again(client: APIClient, game: Hackathon) -> None:
    answer = hand_in(client, game, vendor="Hotel", purchased_on="2026-02-20")
    receipt = answer.json()
    assert answer.status_code == 201
    assert (receipt["ai_validation"], receipt["status"], receipt["approved"]) == ("valid", "approved", True)
    assert receipt["amount"] == 12.5
    assert client.get(f"/api/receipts/{receipt['receipt_id']}").json() == receipt
    assert client.get(f"/api/participants/{receipt['participant_id']}/receipts").json() == [receipt]
    assert client.get(receipt["file_url"])["Content-Type"] == "image/jpeg"
    line = LogEntry.objects.get(code="receipt_checked")
    assert line.data["amount_cents"] == 1250


def test_without_a_file_it_is_missing(client: APIClient, game: Hackathon) -> None:
    receipt = hand_in(client, game, None).json()
    assert (receipt["ai_validation"], receipt["status"], receipt["file_url"]) == ("missing", "incomplete", None)


def test_two_suspicious_ones_flag_the_participant_and_tell_the_player(client: APIClient, game: Hackathon) -> None:
    first = hand_in(client, game).json()
    copies = [hand_in(client, game).json() for _ in range(2)]
    assert [copy["duplicate_of"] for copy in copies] == [first["receipt_id"]] * 2
    assert [receipt["flagged"] for receipt in [first, *copies]] == [False, False, True]
    person = Participant.objects.get(pk=first["participant_id"])
    assert (person.suspicious, person.flagged) == (2, True)
    told = [frame for frame in notifications_after(game.user_id, 0) if frame["type"] == "receipt_flagged"]
    assert [frame["data"]["participant_id"] for frame in told] == [person.pk]


def test_what_participants_hand_in_stands_in_the_same_list(client: APIClient, game: Hackathon, now: datetime) -> None:
    play(40, now)
    pending = Request.objects.filter(kind=RequestKind.RECEIPT, status=RequestStatus.OPEN)
    paper = Receipt.objects.filter(request__in=pending.values("number")).latest("id")
    url = f"/api/participants/{paper.participant_id}/receipts"
    shown = next(row for row in client.get(url).json() if row["id"] == paper.pk)
    assert client.get(f"/api/receipts/{paper.pk}").json() == shown
    assert (shown["status"], shown["approved"], shown["file_url"]) == ("pending", False, None)
    assert shown["ai_validation"] in {"valid", "fake"}
    paid = client.post("/api/game/action", {"action_type": "approve", "target_id": shown["request_id"]}, format="json")
    assert paid.status_code == 200, paid.json()
    assert client.get(f"/api/receipts/{paper.pk}").json()["status"] == "approved"
    opened = Request.objects.filter(kind=RequestKind.RECEIPT).count()
    assert Receipt.objects.filter(request__gt=0).count() == opened


def test_a_save_keeps_receipts_with_their_files(client: APIClient, game: Hackathon, now: datetime) -> None:
    receipt = hand_in(client, game).json()
    stored = saves.game_save(user_id=game.user_id, hackathon_id=game.pk, name="", now=now)
    hand_in(client, game, papers.encoded(papers.paper(2)))
    saves.game_load(user_id=game.user_id, save_id=stored.pk, now=now)
    assert client.get(f"/api/participants/{receipt['participant_id']}/receipts").json() == [receipt]
    assert client.get(receipt["file_url"]).status_code == 200


def test_of_many_at_once_one_was_first(client: APIClient, game: Hackathon) -> None:
    at_once(12, lambda _: hand_in(client, game))
    verdicts = Counter(Receipt.objects.values_list("verdict", flat=True))
    assert verdicts == {Verdict.VALID: 1, Verdict.DUPLICATED: 11}
    assert Receipt.objects.get(duplicate_of=None).verdict == Verdict.VALID


def test_repeated_with_its_key_it_is_handed_in_once(client: APIClient, game: Hackathon) -> None:
    client.credentials(**client._credentials, HTTP_IDEMPOTENCY_KEY="once")
    first, again = hand_in(client, game), hand_in(client, game)
    other = hand_in(client, game, papers.encoded(papers.paper(2)))
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg/>", 415, "unknown_file_type"),
        (b"<html></html>", 415, "unknown_file_type"),
        (PICTURE + b"<script>", 400, "unsafe_file"),
        (PICTURE[:500], 400, "unreadable_file"),
        (papers.bomb(60_000), 413, "file_too_large"),
    ],
    ids=["svg", "html", "polyglot", "cut", "bomb"],
)
def test_bad_files_are_refused_and_leave_nothing(
    client: APIClient, game: Hackathon, content: bytes, status: int, code: str
) -> None:
    answer = hand_in(client, game, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (Receipt.objects.count(), Upload.objects.count()) == (0, 0)


class TestRefusals:
    @pytest.mark.parametrize("fields", [{"amount": "-1"}, {"amount": "a lot"}, {"purchased_on": "yesterday"}])
    def test_malformed_fields(self, client: APIClient, game: Hackathon, fields: dict[str, str]) -> None:
        answer = hand_in(client, game, **fields)
        assert answer.status_code == 400
        assert answer.json()["errors"].keys() == fields.keys()

    def test_nobody_of_that_id(self, client: APIClient, game: Hackathon) -> None:
        answer = hand_in(client, game, participant_id=10**9)
        assert (answer.status_code, answer.json()["code"]) == (404, "participant_not_found")

    def test_another_players_participant_and_receipt(
        self, client: APIClient, game: Hackathon, login_as: LoginAs, now: datetime
    ) -> None:
        receipt = hand_in(client, game).json()
        stranger = login_as(begin_game(now).user)
        refused = hand_in(stranger, game)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_participant")
        hidden = stranger.get(f"/api/receipts/{receipt['receipt_id']}")
        assert (hidden.status_code, hidden.json()["code"]) == (404, "receipt_not_found")
        assert stranger.get(receipt["file_url"]).status_code == 404

    def test_somebody_who_has_left_and_a_game_that_is_over(self, client: APIClient, game: Hackathon) -> None:
        game.participants.update(status=PersonStatus.QUIT)
        assert hand_in(client, game).json()["code"] == "participant_gone"
        Hackathon.objects.update(status=GameStatus.PAUSED)
        assert hand_in(client, game).json()["code"] == "game_paused"
        Hackathon.objects.update(status=GameStatus.FINISHED)
        assert hand_in(client, game).json()["code"] == "game_over"

    def test_without_a_login(self, game: Hackathon) -> None:
        assert hand_in(APIClient(), game).status_code == 401
