"""Reports over HTTP: a real PDF with charts, tables as CSV, made once for each tick."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from pypdf import PdfReader
from rest_framework.test import APIClient

from hackathon.models import Hackathon
from hackathon.reports.tables import as_csv
from hackathon.services import ticks
from hackathon.tests.digest import play_season
from hackathon.tests.factories import begin_game
from hackathon.views import reports

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., APIClient]


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
    assert all(heading in text for heading in ("In short", "Participants", "Incidents and decisions", "Money asked"))
    assert sum(len(page.images) for page in reader.pages) == 3


def test_a_hackathon_that_has_just_begun_has_a_report_too(now: datetime, login_as: LoginAs) -> None:
    game = begin_game(now)
    assert "Participants (12)" in text_of(login_as(game.user).get("/api/reports/pdf").content)


def test_it_is_made_once_for_each_tick(now: datetime, login_as: LoginAs, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    draw = reports.as_pdf
    monkeypatch.setattr(reports, "as_pdf", lambda data, days: made.append(data) or draw(data, days))
    cache.clear()
    game = begin_game(now)
    client = login_as(game.user)
    assert client.get("/api/reports/pdf").content == client.get("/api/reports/pdf").content
    assert len(made) == 1
    ticks.world_advance(now=now.replace(minute=1))
    ticks.shard_tick(low=1, high=2**31, now=now.replace(minute=1))
    client.get("/api/reports/pdf")
    assert len(made) == 2


@pytest.mark.parametrize("table", ["participants", "incidents", "requests", "receipts", "ticks"])
def test_every_table_comes_as_csv(table: str, now: datetime, login_as: LoginAs) -> None:
    answer = login_as(begin_game(now).user).get("/api/reports/pdf", {"format": "csv", "table": table})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv")
    assert len(answer.content.decode().splitlines()) == (13 if table == "participants" else 0)


def test_text_is_never_a_formula() -> None:
    assert as_csv([{"name": "=HYPERLINK(1)", "hours": -1}]).splitlines()[1] == "'=HYPERLINK(1),-1"


def test_refusals(now: datetime, login_as: LoginAs, api: APIClient) -> None:
    game = begin_game(now)
    stranger = login_as(begin_game(now).user)
    assert stranger.get("/api/reports/pdf", {"hackathon": game.pk}).status_code == 403
    assert stranger.get("/api/reports/pdf", {"hackathon": 10**9}).status_code == 404
    assert stranger.get("/api/reports/pdf", {"format": "docx"}).status_code == 400
    assert api.get("/api/reports/pdf").status_code == 401
