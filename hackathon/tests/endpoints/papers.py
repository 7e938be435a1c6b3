"""Cases of what is handed in: receipts, projects with their files and parcels."""

from typing import Any

from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import Shipment
from hackathon.rules.enums import ShipmentState, ShipState
from hackathon.tests import papers
from hackathon.tests.endpoints.stage import (
    NOW,
    Case,
    Stage,
    bad_page,
    not_running,
    of_participants,
    of_projects,
    unknown_input,
)
from tommy.core.models import Upload

PICTURE = papers.encoded(papers.paper(1), "PNG")
BAD_FILES = (
    (415, "unknown_file_type", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    (400, "unsafe_file", PICTURE + b"<script>alert(1)</script>"),
    (400, "unreadable_file", PICTURE[:300]),
    (413, "file_too_large", papers.bomb(60_000)),
)


def without_room(at: Stage, call: Any) -> Any:
    """The account has stored as much as it may."""
    Upload.objects.create(
        owner_id=at.game.user_id,
        kind="receipts",
        name="film.pdf",
        content_type="application/pdf",
        size=catalogue.limits().files.per_account_bytes - 100,
        created_at=NOW,
    )
    return call(at)


RECEIPT, READ_RECEIPT = "POST /api/receipts", "GET /api/receipts/{receipt_id}"


def hand_in(at: Stage, key: int, by: APIClient | None = None, amount: Any = "12.50", content: bytes = PICTURE) -> Any:
    return at.upload("/api/receipts", content, by, participant_id=key, amount=amount)


def receipt(at: Stage, by: APIClient | None = None) -> Any:
    made = at.post("/api/receipts", participant_id=at.person, amount="12.50").json()
    return at.get(f"/api/receipts/{made['receipt_id']}", by)


def bad_receipt(content: bytes) -> Any:
    return lambda at: hand_in(at, at.person, content=content)


RECEIPTS = [
    Case(RECEIPT, 201, "", lambda at: hand_in(at, at.person)),
    unknown_input(RECEIPT, lambda at: hand_in(at, at.person, amount="a lot")),
    *of_participants(RECEIPT, hand_in),
    *(Case(RECEIPT, status, code, bad_receipt(content)) for status, code, content in BAD_FILES),
    Case(RECEIPT, 409, "storage_full", lambda at: without_room(at, lambda at: hand_in(at, at.person))),
    Case(RECEIPT, 409, "participant_gone", lambda at: hand_in(at.gone(), at.person)),
    *not_running(RECEIPT, lambda at: hand_in(at, at.person)),
    Case(READ_RECEIPT, 200, "", receipt),
    Case(READ_RECEIPT, 404, "receipt_not_found", lambda at: receipt(at, at.stranger)),
]


def describe(at: Stage, key: int, by: APIClient | None = None, title: str = "A robot") -> Any:
    return at.post("/api/projects", by, participant_id=key, title=title)


def describe_twice(at: Stage) -> Any:
    at.project()
    return describe(at, at.person)


def project(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.get(f"/api/projects/{key}", by)


def rename(at: Stage, key: int, by: APIClient | None = None, title: str = "A big robot") -> Any:
    return at.put(f"/api/projects/{key}", by, title=title)


def forget(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.send("delete", f"/api/projects/{key}", by)


DESCRIBE, ONE = "POST /api/projects", "/api/projects/{project_id}"
PROJECTS = [
    Case("GET /api/projects", 200, "", lambda at: at.get("/api/projects")),
    bad_page("/api/projects"),
    Case(DESCRIBE, 201, "", lambda at: describe(at, at.person)),
    unknown_input(DESCRIBE, lambda at: describe(at, at.person, title="")),
    *of_participants(DESCRIBE, describe),
    Case(DESCRIBE, 409, "project_exists", describe_twice),
    Case(DESCRIBE, 409, "participant_gone", lambda at: describe(at.gone(), at.person)),
    *not_running(DESCRIBE, lambda at: describe(at, at.person)),
    Case(f"GET {ONE}", 200, "", lambda at: project(at, at.project())),
    *of_projects(f"GET {ONE}", project),
    Case(f"PUT {ONE}", 200, "", lambda at: rename(at, at.project())),
    unknown_input(f"PUT {ONE}", lambda at: rename(at, at.project(), title="")),
    *of_projects(f"PUT {ONE}", rename),
    Case(f"DELETE {ONE}", 204, "", lambda at: forget(at, at.project())),
    *of_projects(f"DELETE {ONE}", forget),
]


def add_file(at: Stage, key: int, by: APIClient | None = None, content: bytes = PICTURE) -> Any:
    return at.upload(f"/api/projects/{key}/files", content, by)


def too_many(at: Stage) -> Any:
    key = at.project()
    for number in range(catalogue.project_file_limits().per_project + 1):
        last = add_file(at, key, content=b"Chapter %d" % number)
    return last


def bad_file(content: bytes) -> Any:
    return lambda at: add_file(at, at.project(), content=content)


FILES = f"POST {ONE}/files"
PROJECT_FILES = [
    Case(FILES, 201, "", lambda at: add_file(at, at.project())),
    unknown_input(FILES, lambda at: at.me.post(f"/api/projects/{at.project()}/files", {}, format="multipart")),
    *of_projects(FILES, add_file),
    *(Case(FILES, status, code, bad_file(content)) for status, code, content in BAD_FILES),
    Case(FILES, 409, "too_many_files", too_many),
    Case(FILES, 409, "storage_full", lambda at: without_room(at, lambda at: add_file(at, at.project()))),
]


def parcels(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.get(f"/api/projects/{key}/ship", by)


def ship(at: Stage, key: int | None = None, by: APIClient | None = None, **body: str) -> Any:
    return at.post(f"/api/projects/{at.project() if key is None else key}/ship", by, **body)


def ship_then(at: Stage, change: Any) -> Any:
    """Something happens between the end of the work and its shipping."""
    key = at.project()
    at.people(ship_state=ShipState.READY_FIRST)
    change(at)
    return ship(at, key)


def ship_second(at: Stage) -> Any:
    key = at.project()
    ship(at.people(ship_state=ShipState.READY_FIRST), key)
    Shipment.objects.update(state=ShipmentState.PACKED)
    return ship(at.people(ship_state=ShipState.READY_SECOND), key)


SHIP = f"POST {ONE}/ship"
SHIPPING = [
    Case(f"GET {ONE}/ship", 200, "", lambda at: parcels(at, at.project())),
    *of_projects(f"GET {ONE}/ship", parcels),
    Case(SHIP, 200, "", lambda at: ship(at.people(ship_state=ShipState.READY_FIRST))),
    unknown_input(SHIP, lambda at: ship(at, phase="never")),
    *of_projects(SHIP, ship),
    Case(SHIP, 409, "nothing_to_ship", ship),
    Case(SHIP, 409, "not_this_phase", lambda at: ship(at, phase="post_sf")),
    Case(SHIP, 409, "first_not_delivered", ship_second),
    Case(SHIP, 409, "already_shipped", lambda at: ship(at.people(ship_state=ShipState.DONE))),
    Case(SHIP, 409, "participant_gone", lambda at: ship_then(at, Stage.gone)),
    Case(SHIP, 409, "not_enough_ap", lambda at: ship_then(at, Stage.tired)),
    Case(SHIP, 409, "game_paused", lambda at: ship_then(at, Stage.paused)),
    Case(SHIP, 409, "game_over", lambda at: ship_then(at, Stage.over)),
]

CASES = [*RECEIPTS, *PROJECTS, *PROJECT_FILES, *SHIPPING]
