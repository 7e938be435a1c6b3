"""Reports over HTTP: a real PDF with charts, tables as CSV, made once for each tick."""

import csv
import io
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from pypdf import PdfReader
from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import Hackathon, Project
from hackathon.reports.document import as_pdf
from hackathon.reports.tables import as_csv
from hackathon.rules.enums import ShipState
from hackathon.selectors.reports import TABLES, report_data
from hackathon.services import reports as services
from hackathon.tests.digest import play_season
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import act, play
from tommy.core.overload import Stage, stages

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., APIClient]
SECTIONS = ("In short", "Money", "Money asked for", "Receipts", "Incidents and decisions", "Participants")


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.slow
def test_a_played_hackathon_is_told_with_charts_and_tables(login_as: LoginAs) -> None:
    play_season(games=1, days=8, shards=1)
    game = Hackathon.objects.get()
    answer = login_as(game.user).get("/api/reports/pdf", {"hackathon": game.pk})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    text = text_of(answer.content)
    assert game.name in text
    assert all(heading in text for heading in SECTIONS)
    assert sum(len(page.images) for page in reader.pages) == 4
    left = f"€{game.budget_cents / 100:,.2f}"
    assert f"Left {left}" in " ".join(text.split())
    assert f"Page 1 of {len(reader.pages)}" in text


def test_the_same_state_gives_the_same_bytes(now: datetime) -> None:
    data = report_data(begin_game(now), now)
    made = [as_pdf(data, 6, catalogue.report_settings()) for _ in range(2)]
    assert made[0] == made[1]


def test_a_hackathon_that_has_just_begun_has_a_report_too(now: datetime, login_as: LoginAs) -> None:
    game = begin_game(now)
    assert "Participants (12)" in text_of(login_as(game.user).get("/api/reports/pdf").content)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every report that is really made."""
    cache.clear()
    found: list[Any] = []
    draw = services.as_pdf
    monkeypatch.setattr(services, "as_pdf", lambda *given: found.append(given) or draw(*given))
    return found


def test_it_is_made_once_for_each_tick(now: datetime, login_as: LoginAs, made: list[Any]) -> None:
    client = login_as(begin_game(now).user)
    assert client.get("/api/reports/pdf").content == client.get("/api/reports/pdf").content
    assert len(made) == 1
    play(1, now)
    client.get("/api/reports/pdf")
    assert len(made) == 2


def test_a_strained_server_gives_what_it_has_and_makes_nothing(
    now: datetime, login_as: LoginAs, made: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login_as(begin_game(now).user)
    known = client.get("/api/reports/pdf").content
    monkeypatch.setattr(stages, "_stage", Stage.STRAINED)
    assert client.get("/api/reports/pdf").content == known
    assert client.get("/api/reports/pdf", {"format": "csv"}).status_code == 200
    play(1, now)
    refused = client.get("/api/reports/pdf")
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert int(refused["Retry-After"]) > 0
    assert len(made) == 1


class TestLongReports:
    @pytest.fixture(autouse=True)
    def queue(self, monkeypatch: pytest.MonkeyPatch, made: list[Any]) -> list[dict[str, Any]]:
        """Every report is long, and jobs wait until a test runs them."""
        asked: list[dict[str, Any]] = []
        short = catalogue.report_settings()
        monkeypatch.setattr(catalogue, "report_settings", lambda: short.model_copy(update={"rows_at_once": 0}))
        monkeypatch.setattr(services, "enqueue", lambda name, **arguments: asked.append({"name": name, **arguments}))
        return asked

    def make(self, hackathon_id: int, now: datetime) -> bool | None:
        making = services.report_make(hackathon_id=hackathon_id, now=now)
        return making.result() if making else None

    def test_they_are_made_in_a_job_that_is_asked_for_once(
        self, now: datetime, login_as: LoginAs, queue: list[dict[str, Any]], made: list[Any]
    ) -> None:
        game = begin_game(now)
        client = login_as(game.user)
        waiting = [client.get("/api/reports/pdf") for _ in range(2)]
        assert [answer.status_code for answer in waiting] == [202, 202]
        assert (waiting[0]["Location"], int(waiting[0]["Retry-After"])) == (f"/api/reports/pdf?hackathon={game.pk}", 3)
        assert queue == [{"name": services.JOB, "hackathon_id": game.pk}]
        assert self.make(game.pk, now) is True
        assert client.get(waiting[0]["Location"])["Content-Type"] == "application/pdf"
        play(3, now)
        assert client.get("/api/reports/pdf").status_code == 200
        play(20, now + timedelta(seconds=30))
        assert client.get("/api/reports/pdf").status_code == 202
        assert (len(made), len(queue)) == (1, 2)

    def test_a_strained_server_puts_them_off(
        self, now: datetime, login_as: LoginAs, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        game = begin_game(now)
        client = login_as(game.user)
        client.get("/api/reports/pdf")
        with monkeypatch.context() as strained:
            strained.setattr(stages, "_stage", Stage.STRAINED)
            assert self.make(game.pk, now) is None
            assert client.get("/api/reports/pdf").status_code == 503
        assert client.get("/api/reports/pdf").status_code == 202
        assert len(queue) == 2

    @pytest.mark.skipif(settings.SERVICES, reason="Redis' clock cannot be put forward")
    def test_one_that_was_lost_is_asked_for_again(
        self, now: datetime, login_as: LoginAs, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that ends while it waits for the AI takes the report along."""
        client = login_as(begin_game(now).user)
        assert [client.get("/api/reports/pdf").status_code for _ in range(2)] == [202, 202]
        assert len(queue) == 1
        later = time.time() + catalogue.report_settings().lost_after_seconds
        monkeypatch.setattr(time, "time", lambda: later)
        assert client.get("/api/reports/pdf").status_code == 202
        assert len(queue) == 2

    def test_of_a_game_that_is_gone_nothing_is_made(self, now: datetime) -> None:
        assert self.make(10**9, now) is None


@pytest.fixture
def game(now: datetime) -> Hackathon:
    """A game of five days in which a project was shipped."""
    begun = begin_game(now)
    person = begun.participants.earliest("id")
    Project.objects.create(participant=person, title="=A robot", created_at=now, updated_at=now)
    begun.participants.filter(pk=person.pk).update(ship_state=ShipState.READY_FIRST)
    act(begun, "ship", now, person.pk)
    play(30, now)
    return Hackathon.objects.get()


def test_projects_and_their_parcels_are_told(game: Hackathon, login_as: LoginAs) -> None:
    text = text_of(login_as(game.user).get("/api/reports/pdf").content)
    assert all(part in text for part in ("Projects (1)", "=A robot", "Shipping (1)", f"TT{game.pk:06d}0001"))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_comes_as_csv(table: str, game: Hackathon, login_as: LoginAs) -> None:
    answer = login_as(game.user).get("/api/reports/pdf", {"format": "csv", "table": table})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(lines) >= 1
    if table == "projects":
        assert lines[0]["title"] == "'=A robot"


def test_text_is_never_a_formula() -> None:
    assert as_csv([{"name": "=HYPERLINK(1)", "hours": -1}]).splitlines()[1] == "'=HYPERLINK(1),-1"


def test_refusals(now: datetime, login_as: LoginAs, api: APIClient) -> None:
    game = begin_game(now)
    stranger = login_as(begin_game(now).user)
    assert stranger.get("/api/reports/pdf", {"hackathon": game.pk}).status_code == 403
    assert stranger.get("/api/reports/pdf", {"hackathon": 10**9}).status_code == 404
    assert stranger.get("/api/reports/pdf", {"format": "docx"}).status_code == 400
    assert api.get("/api/reports/pdf").status_code == 401
