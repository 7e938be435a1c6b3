"""The audit log names what an act changed below a game's numbers: papers, money, beds, hours, files."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from hackathon.models import HousingApplication, Receipt, Request
from hackathon.tests import papers
from hackathon.tests.endpoints.stage import Stage
from hackathon.tests.playing import play
from tommy.core.models import AuditEntry

pytestmark = pytest.mark.django_db
PICTURE = papers.encoded(papers.paper(1), "PNG")
Changed = dict[str, Any]


@pytest.fixture
def at(login_as: Callable[..., APIClient], settings: Any, tmp_path: Path) -> Stage:
    settings.MEDIA_ROOT = tmp_path
    return Stage(login_as)


def traced(answer: Any, status: int = 201) -> tuple[Changed, Changed]:
    """What the newest entry says of before and after, once the call is known to have succeeded."""
    assert answer.status_code == status, answer.content
    entry = AuditEntry.objects.latest("id")
    assert entry.status is None
    return entry.before, entry.after


def hand_in(at: Stage) -> Any:
    return at.upload("/api/receipts", PICTURE, participant_id=at.person, amount="12.50")


def test_receipts_and_whom_they_flag(at: Stage) -> None:
    before, after = traced(hand_in(at))
    receipt = Receipt.objects.latest("id")
    told = after[f"receipt:{receipt.pk}"]
    assert (before[f"receipt:{receipt.pk}"]["verdict"], told["verdict"], told["amount_cents"]) == (None, "valid", 1250)
    before, after = traced(hand_in(at))
    assert after[f"participant:{at.person}"] == {"suspicious": 1}
    before, after = traced(hand_in(at))
    person = f"participant:{at.person}"
    assert (before[person], after[person]) == ({"suspicious": 1, "flagged": False}, {"suspicious": 2, "flagged": True})


def test_stipends_from_their_request_to_the_decision(at: Stage) -> None:
    made = at.post("/api/stipends/request", participant_id=at.person, amount="80.00", justification="Train home")
    before, after = traced(made)
    key = f"request:{made.json()['stipend_id']}"
    assert after[key] | {"status": "open", "kind": "stipend", "amount_cents": 8000} == after[key]
    body = {"status": "denied", "admin_notes": "Not this month"}
    before, after = traced(at.put(f"/api/stipends/{made.json()['stipend_id']}/approve", **body), 200)
    assert (before[key]["status"], after[key]["status"]) == ("open", "denied")
    assert (before[key]["admin_notes"], after[key]["admin_notes"]) == ("", "Not this month")


def test_flights(at: Stage) -> None:
    plan = {
        "departure_city": "Lisbon",
        "arrival_city": "San Francisco",
        "departure_date": "2026-04-01",
        "return_date": "2026-05-01",
    }
    made = at.post("/api/flights/request", participant_id=at.person, **plan)
    _, after = traced(made)
    key = f"request:{made.json()['flight_id']}"
    assert after[key] | {"kind": "flight", "status": "open", **plan} == after[key]
    before, after = traced(at.act("approve", made.json()["flight_id"]), 200)
    assert (before[key]["status"], after[key]["status"]) == ("open", "approved")


def test_applications_for_a_bed_and_the_lease_that_comes_of_one(at: Stage) -> None:
    made = at.post("/api/housing/apply", participant_id=at.person, housing_id=at.house.pk)
    key = f"housing_application:{made.json()['application_id']}"
    assert traced(made)[1][key]["status"] == "pending"
    at.people(bed=0)
    answer = at.put(f"/api/housing/applications/{made.json()['application_id']}", status="approved")
    before, after = traced(answer, 200)
    assert (before[key], after[key]) == ({"status": "pending"}, {"status": "approved"})
    lease = HousingApplication.objects.get().lease
    assert after[f"participant:{at.person}"]["bed"] == lease
    assert any(name.startswith("lease:") for name in after)


def test_hours_that_wakatime_reports(at: Stage) -> None:
    body = {"coding_time": 3600, "languages": ["python"], "projects": ["robot"]}
    answer = at.post("/api/webhooks/wakatime", participant_id=at.person, **body)
    before, after = traced(answer, 200)
    (key,) = [name for name in after if name.startswith("coding_report:")]
    assert (before[key]["seconds"], after[key]["seconds"]) == (0, answer.json()["counted_seconds"])


def test_projects_and_their_files(at: Stage) -> None:
    project = at.project()
    made = at.upload(f"/api/projects/{project}/files", PICTURE)
    _, after = traced(made)
    (told,) = [value for name, value in after.items() if name.startswith("project_file:")]
    assert (told["project"], told["name"]) == (project, "file.png")
    before, _ = traced(at.send("delete", f"/api/projects/{project}"), 204)
    assert before[f"project:{project}"] == {"title": "A robot", "files": ["file.png"]}


def test_ticks_leave_no_trace(at: Stage) -> None:
    at.get("/api/game/state")
    entries = AuditEntry.objects.count()
    play(12, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert Request.objects.exists()
    assert AuditEntry.objects.count() == entries
