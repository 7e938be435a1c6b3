"""Cases of people: participants and their work, housing, stipends and flights, WakaTime."""

from typing import Any

from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import HousingLease, Request
from hackathon.rules.enums import FlightState, LeaseStatus, ListingStatus, RequestKind, RequestStatus
from hackathon.tests.endpoints.stage import (
    NOBODY,
    Case,
    Stage,
    bad_page,
    not_running,
    of_hackathons,
    of_participants,
    unknown_input,
)

HOME = "/api/hackathons/{hackathon_id}/participants"
ADA = {"name": "Ada", "email": "ada@example.org", "github_username": "ada-l", "skills": ["rust"]}


def people(at: Stage, key: int | str, by: APIClient | None = None) -> Any:
    return at.get(f"/api/hackathons/{key}/participants", by)


def let_in(at: Stage, key: int | str = "current", by: APIClient | None = None, **changes: Any) -> Any:
    return at.post(f"/api/hackathons/{key}/participants", by, **{**ADA, **changes})


def full(at: Stage) -> Any:
    for number in range(catalogue.rules().economy.limits.participants):
        last = let_in(at, email=f"p{number}@example.org")
    return last


def person(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.get(f"/api/participants/{key}", by)


def send_home(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.send("delete", f"/api/participants/{key}", by)


ONE = "/api/participants/{participant_id}"
WORDS = {"name": "Ada L."}
PARTICIPANTS = [
    Case(f"GET {HOME}", 200, "", lambda at: people(at, "current")),
    unknown_input(f"GET {HOME}", lambda at: at.get("/api/hackathons/current/participants", limit=0)),
    *of_hackathons(f"GET {HOME}", people),
    Case(f"POST {HOME}", 201, "", let_in),
    unknown_input(f"POST {HOME}", lambda at: let_in(at, email="no")),
    *of_hackathons(f"POST {HOME}", let_in),
    Case(f"POST {HOME}", 409, "too_many_participants", full),
    *not_running(f"POST {HOME}", let_in),
    Case(f"GET {ONE}", 200, "", lambda at: person(at, at.person)),
    *of_participants(f"GET {ONE}", person),
    Case(f"PUT {ONE}", 200, "", lambda at: at.put(f"/api/participants/{at.person}", **ADA)),
    unknown_input(f"PUT {ONE}", lambda at: at.put(f"/api/participants/{at.person}", name="")),
    *of_participants(f"PUT {ONE}", lambda at, key, by: at.put(f"/api/participants/{key}", by, **ADA)),
    Case(f"PATCH {ONE}", 200, "", lambda at: at.send("patch", f"/api/participants/{at.person}", **WORDS)),
    unknown_input(f"PATCH {ONE}", lambda at: at.send("patch", f"/api/participants/{at.person}", email="no")),
    *of_participants(f"PATCH {ONE}", lambda at, key, by: at.send("patch", f"/api/participants/{key}", by, **WORDS)),
    Case(f"DELETE {ONE}", 204, "", lambda at: send_home(at, at.person)),
    *of_participants(f"DELETE {ONE}", send_home),
]


def works(what: str) -> list[Case]:
    """A list of what somebody leaves behind."""
    name = f"GET {ONE}/{what}"
    return [
        Case(name, 200, "", lambda at: at.get(f"/api/participants/{at.person}/{what}")),
        unknown_input(name, lambda at: at.get(f"/api/participants/{at.person}/{what}", limit=0)),
        *of_participants(name, lambda at, key, by: at.get(f"/api/participants/{key}/{what}", by)),
    ]


def write(at: Stage, key: int, by: APIClient | None = None, text: str = "It builds.") -> Any:
    return at.post(f"/api/participants/{key}/devlogs", by, text=text)


DEVLOG = f"POST {ONE}/devlogs"
WORK = [
    *works("commits"),
    *works("devlogs"),
    *works("receipts"),
    Case(DEVLOG, 201, "", lambda at: write(at, at.person)),
    unknown_input(DEVLOG, lambda at: write(at, at.person, text="")),
    *of_participants(DEVLOG, write),
    Case(DEVLOG, 409, "participant_gone", lambda at: write(at.gone(), at.person)),
]

HOOK = "POST /api/webhooks/wakatime"


def wakatime(at: Stage, key: int, by: APIClient | None = None, **body: Any) -> Any:
    return at.post("/api/webhooks/wakatime", by, **{"participant_id": key, "coding_time": 60, **body})


WAKATIME = [
    Case(HOOK, 200, "", lambda at: wakatime(at, at.person)),
    unknown_input(HOOK, lambda at: wakatime(at, at.person, coding_time="long")),
    *of_participants(HOOK, wakatime),
    Case(HOOK, 401, "not_signed", lambda at: wakatime(at, at.person, APIClient())),
    Case(HOOK, 409, "participant_gone", lambda at: wakatime(at.gone(), at.person)),
    *not_running(HOOK, lambda at: wakatime(at, at.person)),
]


def apply(at: Stage, key: int, by: APIClient | None = None, **wish: Any) -> Any:
    return at.post("/api/housing/apply", by, participant_id=key, **wish)


def apply_again(at: Stage) -> Any:
    at.application()
    return apply(at, at.person, housing_id=at.house.pk)


def read(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.get(f"/api/housing/applications/{key}", by)


def decide(at: Stage, key: int, status: str = "approved", by: APIClient | None = None) -> Any:
    return at.put(f"/api/housing/applications/{key}", by, status=status)


def decide_otherwise(at: Stage) -> Any:
    key = at.application()
    decide(at, key, "rejected")
    return decide(at, key)


def taken(at: Stage) -> Any:
    key = at.application()
    return decide(at.listings(status=ListingStatus.GONE), key)


def decide_then(at: Stage, change: Any) -> Any:
    key = at.application()
    change(at)
    return decide(at, key)


def renew(at: Stage, key: int | None = None, by: APIClient | None = None) -> Any:
    return at.post(f"/api/housing/leases/{at.lease.pk if key is None else key}/renew", by)


def renew_ended(at: Stage) -> Any:
    HousingLease.objects.update(status=LeaseStatus.ENDED)
    return renew(at)


APPLY, DECIDE = "POST /api/housing/apply", "PUT /api/housing/applications/{application_id}"
READ, RENEW = "GET /api/housing/applications/{application_id}", "POST /api/housing/leases/{lease_id}/renew"
HOUSING = [
    Case("GET /api/housing/listings", 200, "", lambda at: at.get("/api/housing/listings")),
    bad_page("/api/housing/listings"),
    Case("GET /api/housing/leases", 200, "", lambda at: at.get("/api/housing/leases")),
    bad_page("/api/housing/leases"),
    Case(APPLY, 201, "", lambda at: apply(at, at.person)),
    unknown_input(APPLY, lambda at: apply(at, at.person, housing_preference="castle")),
    *of_participants(APPLY, apply),
    Case(APPLY, 404, "listing_not_found", lambda at: apply(at, at.person, housing_id=NOBODY)),
    Case(APPLY, 409, "nothing_suitable", lambda at: apply(at.listings(status=ListingStatus.GONE), at.person)),
    Case(APPLY, 409, "already_applied", apply_again),
    Case(APPLY, 409, "participant_gone", lambda at: apply(at.gone(), at.person)),
    *not_running(APPLY, lambda at: apply(at, at.person)),
    Case(READ, 200, "", lambda at: read(at, at.application())),
    Case(READ, 404, "application_not_found", lambda at: read(at, NOBODY)),
    Case(
        READ,
        403,
        "not_your_application",
        lambda at: read(at, at.application(), at.stranger),
    ),
    Case(DECIDE, 200, "", lambda at: decide(at, at.application())),
    unknown_input(DECIDE, lambda at: decide(at, at.application(), "maybe")),
    Case(DECIDE, 404, "application_not_found", lambda at: decide(at, NOBODY)),
    Case(DECIDE, 403, "not_your_application", lambda at: decide(at, at.application(), by=at.stranger)),
    Case(DECIDE, 409, "application_closed", decide_otherwise),
    Case(DECIDE, 409, "listing_full", taken),
    Case(DECIDE, 409, "participant_gone", lambda at: decide_then(at, Stage.gone)),
    Case(DECIDE, 409, "participant_gone", lambda at: decide_then(at, lambda at: send_home(at, at.person))),
    Case(DECIDE, 409, "not_enough_ap", lambda at: decide_then(at, Stage.tired)),
    Case(DECIDE, 409, "not_enough_money", lambda at: decide_then(at, Stage.poor)),
    Case(DECIDE, 409, "game_paused", lambda at: decide_then(at, Stage.paused)),
    Case(DECIDE, 409, "game_over", lambda at: decide_then(at, Stage.over)),
    Case(RENEW, 200, "", renew),
    Case(RENEW, 404, "lease_not_found", lambda at: renew(at, NOBODY)),
    Case(RENEW, 403, "not_your_hackathon", lambda at: renew(at, by=at.stranger)),
    Case(RENEW, 409, "lease_ended", renew_ended),
    Case(RENEW, 409, "not_enough_ap", lambda at: renew(at.tired())),
    *not_running(RENEW, renew),
]

STIPEND = {"amount": 80, "justification": "A bunk bed for the night train."}
FLIGHT = {
    "departure_city": "Lisbon",
    "arrival_city": "San Francisco",
    "departure_date": "2026-04-01",
    "return_date": "2026-04-09",
}


def ask(at: Stage, key: int, by: APIClient | None = None, **changes: Any) -> Any:
    return at.post("/api/stipends/request", by, **{"participant_id": key, **STIPEND, **changes})


def ask_too_often(at: Stage) -> Any:
    for _ in range(catalogue.rules().requests.claims.open_per_person):
        at.request()
    return ask(at, at.person)


def judge(at: Stage, key: int, by: APIClient | None = None, status: str = "approved") -> Any:
    return at.put(f"/api/stipends/{key}/approve", by, status=status)


def judge_denied(at: Stage) -> Any:
    key = at.request()
    Request.objects.filter(pk=key).update(status=RequestStatus.DENIED)
    return judge(at, key)


def fly(at: Stage, key: int, by: APIClient | None = None, **changes: Any) -> Any:
    return at.post("/api/flights/request", by, **{"participant_id": key, **FLIGHT, **changes})


def fly_again(at: Stage) -> Any:
    fly(at, at.person)
    return fly(at, at.person)


def flight(at: Stage) -> int:
    return at.request(RequestKind.FLIGHT, journey=FlightState.REQUESTED)


ASK, JUDGE, FLY = "POST /api/stipends/request", "PUT /api/stipends/{stipend_id}/approve", "POST /api/flights/request"
READ_STIPEND, READ_FLIGHT = "GET /api/stipends/{stipend_id}", "GET /api/flights/{flight_id}"
REQUESTS = [
    Case(ASK, 201, "", lambda at: ask(at, at.person)),
    unknown_input(ASK, lambda at: ask(at, at.person, amount=0)),
    *of_participants(ASK, ask),
    Case(ASK, 409, "participant_gone", lambda at: ask(at.gone(), at.person)),
    Case(ASK, 409, "too_many_requests", ask_too_often),
    *not_running(ASK, lambda at: ask(at, at.person)),
    Case(READ_STIPEND, 200, "", lambda at: at.get(f"/api/stipends/{at.request()}")),
    Case(READ_STIPEND, 404, "stipend_not_found", lambda at: at.get(f"/api/stipends/{flight(at)}")),
    Case(READ_STIPEND, 403, "not_your_request", lambda at: at.get(f"/api/stipends/{at.request()}", at.stranger)),
    Case(JUDGE, 200, "", lambda at: judge(at, at.request())),
    unknown_input(JUDGE, lambda at: judge(at, at.request(), status="maybe")),
    Case(JUDGE, 404, "stipend_not_found", lambda at: judge(at, NOBODY)),
    Case(JUDGE, 403, "not_your_request", lambda at: judge(at, at.request(), at.stranger)),
    Case(JUDGE, 409, "request_closed", judge_denied),
    Case(JUDGE, 409, "not_enough_ap", lambda at: judge(at.tired(), at.request())),
    Case(JUDGE, 409, "not_enough_money", lambda at: judge(at.poor(), at.request())),
    *not_running(JUDGE, lambda at: judge(at, at.request())),
    Case(FLY, 201, "", lambda at: fly(at, at.person)),
    unknown_input(FLY, lambda at: fly(at, at.person, return_date="2026-03-01")),
    *of_participants(FLY, fly),
    Case(FLY, 409, "participant_gone", lambda at: fly(at.gone(), at.person)),
    Case(FLY, 409, "flight_under_way", fly_again),
    *not_running(FLY, lambda at: fly(at, at.person)),
    Case(READ_FLIGHT, 200, "", lambda at: at.get(f"/api/flights/{flight(at)}")),
    Case(READ_FLIGHT, 404, "flight_not_found", lambda at: at.get(f"/api/flights/{at.request()}")),
    Case(READ_FLIGHT, 403, "not_your_request", lambda at: at.get(f"/api/flights/{flight(at)}", at.stranger)),
]

CASES = [*PARTICIPANTS, *WORK, *WAKATIME, *HOUSING, *REQUESTS]
