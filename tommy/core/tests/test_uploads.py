"""Private files: their owner's and staff's alone, in whole or in part, and never run by a browser."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from accounts.models import User
from tommy.core.db import command
from tommy.core.http.downloads import requested_range
from tommy.core.models import Upload
from tommy.core.uploads import upload_store, uploads_sweep

CONTENT = bytes(range(256))
LoginAs = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest.FixtureRequest, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("ada@example.org", "ada", "secret")


def stored(owner: User, now: datetime, content_type: str = "image/png") -> Upload:
    return upload_store(
        owner_id=owner.pk,
        kind="receipts",
        name="../../etc/receipt.png",
        content=CONTENT,
        content_type=content_type,
        most_bytes=1_000_000,
        now=now,
    )


@pytest.mark.django_db
class TestDownloading:
    def test_the_owner_gets_the_bytes_and_headers_that_keep_them_harmless(
        self, owner: User, login_as: LoginAs, now: datetime
    ) -> None:
        answer = login_as(owner).get(f"/uploads/{stored(owner, now).pk}")
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private")
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_what_is_no_picture_is_only_downloaded(self, owner: User, login_as: LoginAs, now: datetime) -> None:
        answer = login_as(owner).get(f"/uploads/{stored(owner, now, 'text/html').pk}")
        assert answer["Content-Disposition"].startswith("attachment")

    def test_a_range_and_a_known_copy_save_the_way(self, owner: User, login_as: LoginAs, now: datetime) -> None:
        client, url = login_as(owner), f"/uploads/{stored(owner, now).pk}"
        part = client.get(url, HTTP_RANGE="bytes=10-19")
        assert (part.status_code, part.content) == (206, CONTENT[10:20])
        assert part["Content-Range"] == "bytes 10-19/256"
        beyond = client.get(url, HTTP_RANGE="bytes=256-")
        assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
        assert client.get(url, HTTP_IF_NONE_MATCH=part["ETag"]).status_code == 304

    def test_staff_see_it_and_other_players_do_not_learn_of_it(
        self, owner: User, login_as: LoginAs, now: datetime
    ) -> None:
        url = f"/uploads/{stored(owner, now).pk}"
        stranger = User.objects.create_user("eve@example.org", "eve", "secret")
        staff = User.objects.create_user("sam@example.org", "sam", "secret", is_staff=True)
        assert login_as(staff).get(url).status_code == 200
        refused, unknown = login_as(stranger).get(url), login_as(stranger).get(f"/uploads/{uuid4()}")
        assert (refused.status_code, refused.json()) == (404, unknown.json())
        assert APIClient().get(url).status_code == 401

    @pytest.mark.parametrize("path", ["/uploads", "/uploads/receipts", "/uploads/../db.sqlite3", "/uploads/x"])
    def test_nothing_is_listed(self, path: str, owner: User, login_as: LoginAs) -> None:
        assert login_as(owner).get(path).status_code == 404


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("", None),
        ("bytes=0-", (0, 9)),
        ("bytes=2-4", (2, 4)),
        ("bytes=2-400", (2, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-30", (0, 9)),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
    ],
)
def test_ranges(header: str, span: tuple[int, int] | None) -> None:
    assert requested_range(header, 10) == span


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_command_failed_is_swept_and_no_other(owner: User, now: datetime) -> None:
    kept = stored(owner, now)
    with command():
        lost = stored(owner, now)
        transaction.set_rollback(True)
    assert lost.path.exists()
    later = datetime.now(now.tzinfo) + timedelta(hours=2)
    assert uploads_sweep(now=later - timedelta(hours=2)) == 0
    assert uploads_sweep(now=later) == 1
    assert (kept.path.exists(), lost.path.exists()) == (True, False)
