"""Cases of games: state, actions, events, log, saves, runs, leaderboard, reports, inbox, and the events of staff."""

from typing import Any

from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import AdminEvent, HousingLease, Incident, Participant, Request, Shipment
from hackathon.rules.enums import FlightState as Flight
from hackathon.rules.enums import (
    IncidentStatus,
    LeaseStatus,
    ListingStatus,
    RequestStatus,
    ShipmentState,
    ShipState,
)
from hackathon.tests.endpoints.stage import (
    NOBODY,
    NOW,
    Case,
    Stage,
    bad_page,
    not_running,
    of_hackathons,
    unknown_input,
)

ACT, NEW, EVENTS = "POST /api/game/action", "/api/hackathons", "/api/game/events/random"
ADMIN = "/api/admin/events"


def ended_lease(at: Stage) -> int:
    HousingLease.objects.update(status=LeaseStatus.ENDED)
    return at.lease.pk


def closed(at: Stage) -> int:
    key = at.incident()
    Incident.objects.filter(pk=key).update(status=IncidentStatus.RESOLVED)
    return key


def settled(at: Stage) -> int:
    key = at.request()
    Request.objects.filter(pk=key).update(status=RequestStatus.DENIED)
    return key


def ship_second(at: Stage, state: ShipmentState) -> Any:
    """Both phases are done at home; the first parcel is in ``state``."""
    at.people(ship_state=ShipState.READY_FIRST).act("ship", at.person)
    Shipment.objects.update(state=state)
    return at.people(ship_state=ShipState.READY_SECOND).act("ship", at.person)


def ship_third(at: Stage) -> Any:
    at.people(ship_state=ShipState.DONE)
    return at.act("ship", at.person)


def assign(at: Stage, what: str = "housing", **person: Any) -> Any:
    Participant.objects.filter(pk=at.person).update(**{"in_person": True, "bed": 0, **person})
    return at.act("assign", at.person, what=what)


def full_houses(at: Stage) -> Any:
    HousingLease.objects.update(status=LeaseStatus.ENDED)
    return assign(at)


def resolve(at: Stage, event: int, choice: str = "invitation_letter") -> Any:
    return at.act("resolve", event, choice=choice)


def without_house(at: Stage) -> Any:
    house = at.house.pk
    return at.listings(status=ListingStatus.GONE).act("lease_housing", house)


ACTIONS = [
    Case(ACT, 200, "", lambda at: at.act("rest")),
    unknown_input(ACT, lambda at: at.post("/api/game/action")),
    Case(ACT, 400, "unknown_action", lambda at: at.act("dance")),
    Case(ACT, 400, "invalid_parameters", lambda at: at.act("rest", 5)),
    Case(ACT, 400, "unknown_choice", lambda at: resolve(at, at.incident(), "dance")),
    *of_hackathons(ACT, lambda at, key, by: at.post("/api/game/action", by, action_type="rest", hackathon_id=key)),
    *not_running(ACT, lambda at: at.act("rest")),
    Case(ACT, 404, "incident_not_found", lambda at: resolve(at, NOBODY)),
    Case(ACT, 409, "incident_closed", lambda at: resolve(at, closed(at))),
    Case(ACT, 404, "request_not_found", lambda at: at.act("approve", NOBODY)),
    Case(ACT, 409, "request_closed", lambda at: at.act("approve", settled(at))),
    Case(ACT, 404, "participant_not_found", lambda at: at.act("talk", NOBODY)),
    Case(ACT, 409, "participant_gone", lambda at: at.gone().act("talk", at.person)),
    Case(ACT, 404, "lease_not_found", lambda at: at.act("renew_lease", NOBODY)),
    Case(ACT, 409, "lease_ended", lambda at: at.act("renew_lease", ended_lease(at))),
    Case(ACT, 404, "listing_not_found", lambda at: at.act("lease_housing", NOBODY)),
    Case(ACT, 409, "listing_full", without_house),
    Case(ACT, 409, "not_enough_ap", lambda at: at.tired().act("rest")),
    Case(ACT, 409, "not_enough_money", lambda at: at.poor().act("lease_housing", at.house.pk)),
    Case(ACT, 409, "already_housed", lambda at: assign(at, bed=at.lease.number)),
    Case(ACT, 409, "no_bed_needed", lambda at: assign(at, in_person=False)),
    Case(ACT, 409, "no_free_bed", full_houses),
    Case(ACT, 409, "no_flight_due", lambda at: assign(at, "flight", flight=Flight.NONE)),
    Case(ACT, 409, "volunteers_full", lambda at: at.set(volunteers=3).act("hire_volunteer")),
    Case(ACT, 409, "fundraised_lately", lambda at: at.set(last_fundraise_tick=0).act("fundraise")),
    Case(ACT, 409, "nothing_to_ship", lambda at: at.act("ship", at.person)),
    Case(ACT, 409, "first_not_delivered", lambda at: ship_second(at, ShipmentState.PACKED)),
    Case(ACT, 409, "already_shipped", ship_third),
]


def strike(at: Stage, method: str, **given: Any) -> Any:
    return at.get(EVENTS, **given) if method == "GET" else at.post(EVENTS, **given)


def struck(method: str) -> list[Case]:
    name = f"{method} {EVENTS}"
    limit = catalogue.rules().economy.limits.open_incidents
    too_long = "x" * 200
    return [
        Case(name, 200, "", lambda at: strike(at, method)),
        unknown_input(name, lambda at: strike(at, method, event_type=too_long)),
        Case(name, 400, "unknown_incident_type", lambda at: strike(at, method, event_type="picnic")),
        Case(name, 409, "too_many_incidents", lambda at: strike(at.incidents(limit), method)),
        *not_running(name, lambda at: strike(at, method)),
    ]


def three_saved_and_three_running(at: Stage) -> Any:
    """The save is of a game that ended since, and others have taken its place."""
    save = at.post("/api/game/save").json()["save_id"]
    at.over()
    for _ in range(catalogue.clock_settings().running_per_player):
        at.post("/api/hackathons", name="Another")
    return at.post("/api/game/load", save_id=save)


def one_too_many(at: Stage) -> Any:
    for _ in range(catalogue.clock_settings().running_per_player):
        last = at.post("/api/hackathons", name="Another")
    return last


SAVE, LOAD = "POST /api/game/save", "POST /api/game/load"
SAVES = [
    Case(SAVE, 200, "", lambda at: at.post("/api/game/save", name="before the storm")),
    unknown_input(SAVE, lambda at: at.post("/api/game/save", name="x" * 121)),
    *of_hackathons(SAVE, lambda at, key, by: at.post("/api/game/save", by, hackathon_id=key)),
    Case("GET /api/game/saves", 200, "", lambda at: at.get("/api/game/saves")),
    bad_page("/api/game/saves"),
    Case(LOAD, 200, "", lambda at: at.post("/api/game/load", save_id=at.post("/api/game/save").json()["save_id"])),
    unknown_input(LOAD, lambda at: at.post("/api/game/load")),
    Case(LOAD, 404, "save_not_found", lambda at: at.post("/api/game/load", save_id=NOBODY)),
    Case(LOAD, 409, "too_many_hackathons", three_saved_and_three_running),
]

RUNS = [
    Case("GET /api/world", 200, "", lambda at: at.get("/api/world")),
    Case("GET /api/game/state", 200, "", lambda at: at.get("/api/game/state")),
    Case("GET /api/game/actions", 200, "", lambda at: at.get("/api/game/actions")),
    Case("GET /api/game/logs", 200, "", lambda at: at.get("/api/game/logs")),
    bad_page("/api/game/logs"),
    *of_hackathons("GET /api/game/logs", lambda at, key, by: at.get("/api/game/logs", by, hackathon=key)),
    Case("POST /api/game/new", 201, "", lambda at: at.post("/api/game/new")),
    unknown_input("POST /api/game/new", lambda at: at.post("/api/game/new", name="x" * 500)),
    Case("GET /api/hackathons", 200, "", lambda at: at.get("/api/hackathons")),
    bad_page("/api/hackathons"),
    Case("POST /api/hackathons", 201, "", lambda at: at.post("/api/hackathons", name="Second")),
    unknown_input("POST /api/hackathons", lambda at: at.post("/api/hackathons", name="x" * 500)),
    Case("POST /api/hackathons", 409, "too_many_hackathons", one_too_many),
]


def hackathon(at: Stage, key: int | str, by: APIClient | None = None) -> Any:
    return at.get(f"/api/hackathons/{key}", by)


READ, WRITE = "GET /api/hackathons/{hackathon_id}", "PUT /api/hackathons/{hackathon_id}"
HACKATHONS = [
    Case(READ, 200, "", lambda at: hackathon(at, "current")),
    *of_hackathons(READ, hackathon),
    Case(WRITE, 200, "", lambda at: at.put(f"/api/hackathons/{at.game.pk}", name="Renamed")),
    unknown_input(WRITE, lambda at: at.put(f"/api/hackathons/{at.game.pk}", name="")),
    *of_hackathons(WRITE, lambda at, key, by: at.put(f"/api/hackathons/{key}", by, name="Mine")),
]


def board(path: str) -> list[Case]:
    return [
        Case(f"GET {path}", 200, "", lambda at: at.get(path)),
        unknown_input(f"GET {path}", lambda at: at.get(path, scope="week")),
    ]


def long_report(at: Stage) -> Any:
    """More ticks than are told while somebody waits."""
    return at.set(tick=catalogue.report_settings().rows_at_once).get("/api/reports/pdf")


PDF = "GET /api/reports/pdf"
REPORTS = [
    *board("/api/leaderboard"),
    *board("/api/reports/leaderboard"),
    Case(PDF, 200, "", lambda at: at.get("/api/reports/pdf")),
    Case(PDF, 202, "", long_report),
    unknown_input(PDF, lambda at: at.get("/api/reports/pdf", format="docx")),
    *of_hackathons(PDF, lambda at, key, by: at.get("/api/reports/pdf", by, hackathon=key)),
]


def reply(at: Stage, key: int) -> Any:
    return at.post(f"/api/inbox/{key}/reply", message="On it.")


OPEN, REPLY = "POST /api/inbox/{message_id}/read", "POST /api/inbox/{message_id}/reply"
INBOX = [
    Case("GET /api/inbox", 200, "", lambda at: at.get("/api/inbox")),
    bad_page("/api/inbox"),
    Case(OPEN, 200, "", lambda at: at.post(f"/api/inbox/{at.letter()}/read")),
    Case(OPEN, 404, "message_not_found", lambda at: at.post(f"/api/inbox/{at.letter()}/read", at.stranger)),
    Case(REPLY, 201, "", lambda at: reply(at, at.letter())),
    unknown_input(REPLY, lambda at: at.post(f"/api/inbox/{at.letter()}/reply", message="")),
    Case(REPLY, 404, "message_not_found", lambda at: reply(at, NOBODY)),
    Case(REPLY, 409, "cannot_reply", lambda at: reply(at, at.letter(outgoing=True))),
    Case(REPLY, 409, "not_enough_ap", lambda at: reply(at.tired(), at.letter())),
    *not_running(REPLY, lambda at: reply(at, at.letter())),
]


def call_off(at: Stage, key: int) -> Any:
    return at.send("delete", f"{ADMIN}/{key}", at.staff)


def planned(**fields: Any) -> int:
    row = {"event_type": "network_outage", "title": "", "description": "", "severity": "", "targets": ["all"], **fields}
    return AdminEvent.objects.create(scheduled_time=NOW, created_at=NOW, **row).pk


PLAN, CALL_OFF = f"POST {ADMIN}", f"DELETE {ADMIN}/{{event_id}}"
LATER = {"scheduled_time": "2099-01-01T00:00:00Z", "targets": ["all"]}
STAFF = [
    Case(f"GET {ADMIN}", 200, "", lambda at: at.get(ADMIN, at.staff)),
    unknown_input(f"GET {ADMIN}", lambda at: at.get(ADMIN, at.staff, limit=0)),
    Case(PLAN, 201, "", lambda at: at.post(ADMIN, at.staff, event_type="network_outage", **LATER)),
    unknown_input(PLAN, lambda at: at.post(ADMIN, at.staff)),
    Case(PLAN, 400, "unknown_incident_type", lambda at: at.post(ADMIN, at.staff, event_type="picnic", **LATER)),
    Case(CALL_OFF, 204, "", lambda at: call_off(at, planned())),
    Case(CALL_OFF, 404, "admin_event_not_found", lambda at: call_off(at, NOBODY)),
    Case(CALL_OFF, 409, "admin_event_started", lambda at: call_off(at, planned(fired_at=NOW, started_at=NOW))),
]

CASES = [*ACTIONS, *struck("GET"), *struck("POST"), *SAVES, *RUNS, *HACKATHONS, *REPORTS, *INBOX, *STAFF]
