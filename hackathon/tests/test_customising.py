"""Content dropped into CONTENT_DIR is in force without a restart and without code; the command tells about it."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.tests.factories import begin_game
from tommy.core import content as loader
from tommy.core.content import content

LoginAs = Callable[..., APIClient]


@pytest.fixture
def overrides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A CONTENT_DIR of this test alone; files are looked at on every access, rather than every two seconds."""
    monkeypatch.setattr(loader, "POLL_SECONDS", -1.0)
    folder = tmp_path / "overrides"
    folder.mkdir()
    with override_settings(ENV=settings.ENV.model_copy(update={"content_dir": folder})):
        yield folder
    content.load()


def default(file: str) -> Any:
    return json.loads(loader.default_path(file).read_text(encoding="utf-8"))


def drop(folder: Path, file: str, value: Any) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(json.dumps(value), encoding="utf-8")


def told(*arguments: str) -> str:
    out = io.StringIO()
    call_command("content", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
class TestDropping:
    def test_other_limits_of_standing_orders(self, overrides: Path, now: datetime, login_as: LoginAs) -> None:
        client = login_as(begin_game(now).user)
        orders = {"orders": [{"name": f"Rest {number}", "do": {"action": "rest"}, "at_most": 3} for number in range(3)]}
        limits = default("hackathon/orders.json")
        drop(overrides, "hackathon/orders.json", {**limits, "orders_at_most": 2})
        assert client.put("/api/game/orders", orders, format="json").json()["code"] == "too_many_orders"
        drop(overrides, "hackathon/orders.json", {**limits, "actions_a_tick": {"default": 1, "at_most": 2}})
        assert client.put("/api/game/orders", orders, format="json").json()["code"] == "invalid_orders"
        drop(overrides, "hackathon/orders.json", limits)
        assert client.put("/api/game/orders", orders, format="json").status_code == 200

    def test_standing_orders_speak_of_a_new_type_of_incident(
        self, overrides: Path, now: datetime, login_as: LoginAs
    ) -> None:
        client = login_as(begin_game(now).user)
        order = {
            "name": "Feed it",
            "do": {
                "action": "resolve",
                "parameters": {"choice": "@first"},
                "target": {"where": [{"field": "type", "op": "==", "value": "raccoon"}]},
            },
        }
        assert client.put("/api/game/orders", {"orders": [order]}, format="json").status_code == 400
        incidents = default("hackathon/incidents.json")
        incidents["types"].append({**incidents["types"][0], "key": "raccoon", "title": "A raccoon in the kitchen"})
        drop(overrides, "hackathon/incidents.json", incidents)
        assert client.put("/api/game/orders", {"orders": [order]}, format="json").status_code == 200

    def test_a_new_type_of_incident(self, overrides: Path, now: datetime, login_as: LoginAs) -> None:
        client = login_as(begin_game(now).user)
        assert client.post("/api/game/events/random", {"event_type": "raccoon"}).status_code == 400
        incidents = default("hackathon/incidents.json")
        incidents["types"].append({**incidents["types"][0], "key": "raccoon", "title": "A raccoon in the kitchen"})
        drop(overrides, "hackathon/incidents.json", incidents)
        event = client.post("/api/game/events/random", {"event_type": "raccoon"}).json()
        choice = event["choices"][0]["choice"]
        solved = client.post(
            "/api/game/action",
            {"action_type": "resolve", "target_id": event["event_id"], "parameters": {"choice": choice}},
        )
        assert event["title"] == "A raccoon in the kitchen"
        assert solved.status_code == 200

    def test_the_price_of_an_action(self, overrides: Path, now: datetime, login_as: LoginAs) -> None:
        client = login_as(begin_game(now).user)
        before = client.get("/api/game/state").json()["action_points"]
        actions = default("hackathon/actions.json")
        actions["rest"]["ap"] = 5
        drop(overrides, "hackathon/actions.json", actions)
        after = client.post("/api/game/action", {"action_type": "rest"}).json()["effects"]["action_points"]
        assert before - after == pytest.approx(5)

    def test_a_city(self, overrides: Path) -> None:
        market = default("hackathon/market.json")
        market["cities"].append({**market["cities"][0], "key": "reykjavik", "name": "Reykjavík", "country": "Iceland"})
        drop(overrides, "hackathon/market.json", market)
        assert "reykjavik" in catalogue.rules().city_keys

    def test_a_bad_file_changes_nothing(self, overrides: Path, now: datetime, login_as: LoginAs) -> None:
        client = login_as(begin_game(now).user)
        drop(overrides, "hackathon/actions.json", {"rest": "free"})
        assert client.post("/api/game/action", {"action_type": "rest"}).status_code == 200


class TestCommand:
    def test_check_says_what_is_wrong_where(self, overrides: Path) -> None:
        assert "are sound" in told("check")
        drop(overrides, "hackathon/clock.json", {**default("hackathon/clock.json"), "tick_seconds": 0})
        with pytest.raises(CommandError, match=r"hackathon/clock\.json#/tick_seconds"):
            told("check")

    def test_show_lists_and_prints(self, overrides: Path) -> None:
        drop(overrides, "hackathon/clock.json", {**default("hackathon/clock.json"), "tick_seconds": 3})
        assert "hackathon/clock.json  (overridden)" in told("show").splitlines()
        assert json.loads(told("show", "hackathon/clock.json"))["tick_seconds"] == 3
        with pytest.raises(CommandError, match="There is no weather"):
            told("show", "weather.json")

    def test_diff_shows_what_differs_from_the_defaults(self, overrides: Path) -> None:
        assert told("diff") == ""
        drop(overrides, "hackathon/clock.json", {**default("hackathon/clock.json"), "tick_seconds": 3})
        assert '-  "tick_seconds": 10' in told("diff")

    def test_export_writes_what_is_in_force_and_never_over_anything(self, overrides: Path, tmp_path: Path) -> None:
        told("export", str(tmp_path / "copy"))
        copied = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*.json")}
        assert copied == set(content.names())
        with pytest.raises(CommandError, match="not empty"):
            told("export", str(tmp_path / "copy"))
