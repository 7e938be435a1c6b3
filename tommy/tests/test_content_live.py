"""Content dropped into CONTENT_DIR of a running server: in force without a restart and without code."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tommy.tests.processes import ROOT, Server, register, write

pytestmark = [pytest.mark.slow, pytest.mark.embedded, pytest.mark.xdist_group("server")]
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
    server = Server(tmp_path / "data", {"CONTENT_DIR": str(content)}).start()
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


def test_characters_old_and_new_and_where_people_come_from(tmp_path: Path) -> None:
    content = tmp_path / "content"
    server = Server(tmp_path / "data", {"CONTENT_DIR": str(content)}).start()
    client = httpx.Client(base_url=server.url, headers=register(server, "regular"), timeout=20)
    try:
        assert client.get("/assets/npcs/baker.svg").status_code == 404
        face = client.get("/assets/npcs/landlord.svg")
        cast = default("npcs/npcs.json")
        landlord = cast["npcs"][0]
        changed = {**landlord, "name": "Osric Pell the Elder", "avatar_seed": landlord["avatar_seed"] + 1}
        baker = {**landlord, "key": "baker", "name": "Wanda Crust", "role": "baker", "avatar_seed": 7}
        write(content / "npcs/npcs.json", {**cast, "npcs": [changed, *cast["npcs"][1:], baker]})

        hello = {"message": "Hello! My dog is called Biscuit."}
        said = eventually(lambda: client.post("/api/npc/baker/chat", json=hello), 201)
        assert (said["npc_id"], said["name"], said["memory_count"]) == ("baker", "Wanda Crust", 3)
        shown = {npc["id"]: npc for npc in client.get("/api/npcs").json()}
        assert len(shown) == len(cast["npcs"]) + 1
        assert (shown["baker"]["name"], shown["baker"]["talks"]) == ("Wanda Crust", 1)
        assert shown["landlord"]["name"] == "Osric Pell the Elder"
        portrait = client.get(shown["baker"]["avatar"])
        assert (portrait.status_code, portrait.headers["Content-Type"]) == (200, "image/svg+xml")
        older = client.get(shown["landlord"]["avatar"], headers={"If-None-Match": face.headers["ETag"]})
        assert (older.status_code, older.text != face.text) == (200, True)
        assert client.post("/api/npc/landlord/chat", json=hello).json()["name"] == "Osric Pell the Elder"

        write(content / "npcs/people.json", {**default("npcs/people.json"), "email_domains": ["village.example"]})
        deadline = time.monotonic() + SECONDS
        while not all(address.endswith("@village.example") for address in fresh_addresses(client)):
            assert time.monotonic() < deadline
    finally:
        client.close()
        server.end()


def fresh_addresses(client: httpx.Client) -> list[str]:
    """Where the people of a game that begins now are written to."""
    game = client.post("/api/game/new").json()["id"]
    return [person["email"] for person in client.get(f"/api/hackathons/{game}/participants").json()]
