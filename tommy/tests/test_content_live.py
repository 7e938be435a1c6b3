"""Content dropped into CONTENT_DIR of a running server: in force without a restart and without code."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tommy.tests.processes import ROOT, Server, register, scratch_services, write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]
SECONDS = 20


def default(file: str) -> Any:
    app, _, rest = file.partition("/")
    return json.loads((ROOT / app / "content" / rest).read_text())


def eventually(answer: Callable[[], httpx.Response], status: int) -> Any:
    deadline = time.monotonic() + SECONDS
    while (last := answer()).status_code != status:
        assert time.monotonic() < deadline, last.text
        time.sleep(0.3)
    return last.json()


def test_an_incident_a_price_a_city_and_a_threshold(tmp_path: Path) -> None:
    content = tmp_path / "content"
    server = Server(tmp_path / "data", {"CONTENT_DIR": str(content), **scratch_services("tommy_content")}).start()
    client = httpx.Client(base_url=server.url, headers=register(server, "tuner"), timeout=20)
    try:
        game = client.get("/api/game/state").json()
        raccoon = {"event_type": "raccoon"}
        assert client.post("/api/game/events/random", json=raccoon).status_code == 400

        incidents = default("hackathon/incidents.json")
        incidents["types"].append({**incidents["types"][0], "key": "raccoon", "title": "A raccoon in the kitchen"})
        write(content / "hackathon/incidents.json", incidents)
        event = eventually(lambda: client.post("/api/game/events/random", json=raccoon), 200)
        assert event["title"] == "A raccoon in the kitchen"

        actions = default("hackathon/actions.json")
        write(content / "hackathon/actions.json", {**actions, "rest": {**actions["rest"], "ap": 100}})
        eventually(lambda: client.post("/api/game/action", json={"action_type": "rest"}), 409)

        market = default("hackathon/market.json")
        only = [{**market["cities"][0], "key": "reykjavik", "name": "Reykjavík", "country": "Iceland"}]
        write(content / "hackathon/market.json", {**market, "cities": [*market["cities"], *only]})
        load = default("tommy/overload.json")
        tight = {"strained": 1, "shedding": 2, "self_destruct": 1_000_000}
        none = {"writes_in_window": 0, "window_seconds": 10, "retry_after_seconds": 3}
        measures = {**load["measures"], "memory_mebibytes": tight}
        write(content / "tommy/overload.json", {**load, "measures": measures, "samples_up": 1, "shedding": none})
        eventually(lambda: client.post(f"/api/hackathons/{game['id']}/participants", json={}), 503)
        assert client.get("/api/game/state").status_code == 200

        write(content / "hackathon/clock.json", {"tick_seconds": "never"})
        time.sleep(3)
        assert client.get("/api/game/state").status_code == 200
        assert "content_rejected" in server.log
    finally:
        client.close()
        server.end()
