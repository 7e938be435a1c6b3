"""A player with a game, another player, staff, and short words for bringing their game into any state."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from hackathon.models import Hackathon, HousingLease, HousingListing, InboxMessage, Incident, Participant, Request
from hackathon.rules.enums import GameStatus, ListingStatus, PersonStatus, RequestKind
from hackathon.tests.factories import PlayerFactory, begin_game

NOBODY = 10**9
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Call = Callable[["Stage"], Any]


class Case(NamedTuple):
    """``call`` brings the game into a state and makes the one call; ``code`` is empty for a success."""

    operation: str
    status: int
    code: str
    call: Call


class Stage:
    """Everything that a case may need; what a case changes is rolled back after it."""

    def __init__(self, login_as: Callable[..., APIClient]) -> None:
        self.game = begin_game(NOW)
        self.me: APIClient = login_as(self.game.user)
        self.stranger: APIClient = login_as(PlayerFactory())
        self.staff: APIClient = login_as(PlayerFactory(is_staff=True))
        self.person: int = self.game.participants.earliest("id").pk

    def get(self, path: str, by: APIClient | None = None, **query: Any) -> Any:
        return (by or self.me).get(path, query)

    def send(self, method: str, path: str, by: APIClient | None = None, **body: Any) -> Any:
        return getattr(by or self.me, method)(path, body, format="json")

    def post(self, path: str, by: APIClient | None = None, **body: Any) -> Any:
        return self.send("post", path, by, **body)

    def put(self, path: str, by: APIClient | None = None, **body: Any) -> Any:
        return self.send("put", path, by, **body)

    def upload(self, path: str, content: bytes, by: APIClient | None = None, **fields: Any) -> Any:
        file = SimpleUploadedFile("file.png", content, "image/png")
        return (by or self.me).post(path, {**fields, "file": file}, format="multipart")

    def act(self, action: str, target: int | None = None, by: APIClient | None = None, **parameters: Any) -> Any:
        body = {"action_type": action, **({} if target is None else {"target_id": target})}
        return self.post("/api/game/action", by, **body, **({"parameters": parameters} if parameters else {}))

    def set(self, **fields: Any) -> "Stage":
        Hackathon.objects.filter(pk=self.game.pk).update(**fields)
        return self

    def paused(self) -> "Stage":
        return self.set(status=GameStatus.PAUSED)

    def over(self) -> "Stage":
        return self.set(status=GameStatus.LOST)

    def tired(self) -> "Stage":
        return self.set(ap=0)

    def poor(self) -> "Stage":
        return self.set(budget_cents=0)

    def people(self, **fields: Any) -> "Stage":
        Participant.objects.filter(hackathon=self.game).update(**fields)
        return self

    def gone(self) -> "Stage":
        return self.people(status=PersonStatus.QUIT)

    def listings(self, **fields: Any) -> "Stage":
        HousingListing.objects.update(**fields)
        return self

    @property
    def house(self) -> HousingListing:
        return HousingListing.objects.filter(status=ListingStatus.OPEN).earliest("id")

    @property
    def lease(self) -> HousingLease:
        return HousingLease.objects.filter(hackathon=self.game).earliest("id")

    def incident(self) -> int:
        key: int = self.post("/api/game/events/random", event_type="visa_panic").json()["event_id"]
        return key

    def incidents(self, count: int) -> "Stage":
        for number in range(count):
            Incident.objects.create(
                hackathon=self.game,
                number=1000 + number,
                type="visa_panic",
                opened_tick=0,
                deadline_tick=99,
                title="Full",
                description="",
                created_at=NOW,
            )
        return self

    def request(self, kind: RequestKind = RequestKind.STIPEND, **fields: Any) -> int:
        number = 1000 + Request.objects.filter(hackathon=self.game).count()
        row = {"amount_cents": 8000, "suspicion": 0.1, "created_tick": 0, "due_tick": 90, "created_at": NOW, **fields}
        return Request.objects.create(
            hackathon=self.game, number=number, kind=kind, participant=self.one.number, **row
        ).pk

    @property
    def one(self) -> Participant:
        return Participant.objects.get(pk=self.person)

    def project(self) -> int:
        key: int = self.post("/api/projects", participant_id=self.person, title="A robot").json()["project_id"]
        return key

    def application(self) -> int:
        made = self.post("/api/housing/apply", participant_id=self.person, housing_id=self.house.pk)
        key: int = made.json()["application_id"]
        return key

    def letter(self, **fields: Any) -> int:
        row = {"kind": "person.hello", "thread": "person-1", "tick": 0, "at": NOW, "sender_name": "Ada", **fields}
        return InboxMessage.objects.create(hackathon=self.game, subject="Hello", body="Hi", **row).pk


def unknown_input(operation: str, call: Call) -> Case:
    return Case(operation, 400, "invalid", call)


def bad_page(path: str) -> Case:
    """A list with a page of no size."""
    return unknown_input(f"GET {path}", lambda at: at.get(path, limit=0))


def not_running(operation: str, call: Call) -> list[Case]:
    """A game that is paused, and one that has ended."""
    return [
        Case(operation, 409, "game_paused", lambda at: call(at.paused())),
        Case(operation, 409, "game_over", lambda at: call(at.over())),
    ]


def of_participants(operation: str, call: Callable[[Stage, int, APIClient], Any]) -> list[Case]:
    """Somebody who does not exist, and another player's; ``call`` gets the id and who asks."""
    return [
        Case(operation, 404, "participant_not_found", lambda at: call(at, NOBODY, at.me)),
        Case(operation, 403, "not_your_participant", lambda at: call(at, at.person, at.stranger)),
    ]


def of_hackathons(operation: str, call: Callable[[Stage, int, APIClient], Any]) -> list[Case]:
    return [
        Case(operation, 404, "hackathon_not_found", lambda at: call(at, NOBODY, at.me)),
        Case(operation, 403, "not_your_hackathon", lambda at: call(at, at.game.pk, at.stranger)),
    ]


def of_projects(operation: str, call: Callable[[Stage, int, APIClient], Any]) -> list[Case]:
    return [
        Case(operation, 404, "project_not_found", lambda at: call(at, NOBODY, at.me)),
        Case(operation, 403, "not_your_project", lambda at: call(at, at.project(), at.stranger)),
    ]
