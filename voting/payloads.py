"""Rows and rules' results as clients see them: plain JSON values, the same over REST and sockets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tommy.core import clock
from voting.models import Room, Round
from voting.rules import Person, Phase, Presence, Standing, in_order_for, seated

SETTINGS = (
    "max_players",
    "total_rounds",
    "answer_seconds",
    "vote_seconds",
    "results_seconds",
    "host_paced",
    "live_votes",
    "pack",
    "profanity",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer with what must stay hidden while its round runs."""

    id: UUID
    content: str
    author_id: int
    author_user_id: UUID | None
    author_name: str
    votes: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A round's answers, and what the viewers' orders are derived from."""

    room_id: UUID
    room_code: str
    seed: int
    round_id: UUID
    phase: Phase
    live_votes: bool
    entries: tuple[Entry, ...]

    @property
    def is_open(self) -> bool:
        """Whether others' answers may be read."""
        return self.phase != Phase.ANSWERING

    @property
    def is_over(self) -> bool:
        return self.phase in {Phase.RESULTS, Phase.NONE}


def room_line(room: Room) -> dict[str, Any]:
    """A room without the people in it."""
    return {
        "id": str(room.pk),
        "code": room.code,
        "watch_code": room.watch_code,
        "host_id": text_or_none(room.host_id),
        "status": str(room.status),
        "phase": str(room.phase),
        "game": room.game,
        "current_round": room.current_round,
        "created_at": clock.isoformat(room.created_at),
        **{name: getattr(room, name) for name in SETTINGS},
    }


def player_lines(people: Iterable[Person]) -> list[dict[str, Any]]:
    """The seated players, longest seated first."""
    return [
        {
            "id": text_or_none(person.user_id),
            "username": person.name,
            "connected": person.presence != Presence.AWAY,
        }
        for person in seated(people)
    ]


def round_line(room: Room, round_: Round, people: Sequence[Person], now: datetime) -> dict[str, Any]:
    """The room's current round, without answers."""
    return {
        "round_id": str(round_.pk),
        "round_number": round_.number,
        "total_rounds": room.total_rounds,
        "question": round_.question,
        "category": round_.category,
        "status": "completed" if room.phase in {Phase.RESULTS, Phase.NONE} else str(room.phase),
        "time_limit": time_limit(room),
        "ends_at": clock.isoformat(room.deadline) if room.deadline else None,
        "time_left": max(0.0, round((room.deadline - now).total_seconds(), 3)) if room.deadline else None,
        "submitted_count": sum(person.answer_id is not None for person in people),
        "voted_count": sum(person.voted_for is not None for person in people),
    }


def time_limit(room: Room) -> int | None:
    """Seconds that the phase lasts as a whole."""
    limits = {
        Phase.ANSWERING: room.answer_seconds,
        Phase.VOTING: room.vote_seconds,
        Phase.RESULTS: room.results_seconds,
    }
    return limits.get(Phase(room.phase))


def answers_for(ballot: Ballot, viewer: UUID) -> list[dict[str, Any]]:
    """The answers this viewer may see now, in an order of their own; authors and held-back counts only at the end."""
    visible = [entry for entry in ballot.entries if ballot.is_open or entry.author_user_id == viewer]
    ordered = in_order_for(str(viewer), ballot.seed, ballot.round_id, visible, key=lambda entry: entry.id)
    return [_answer_line(entry, ballot, viewer) for entry in ordered]


def ballot_for(ballot: Ballot, viewer: UUID) -> list[dict[str, Any]]:
    """What ``voting_started`` brings this viewer."""
    return [{name: line[name] for name in ("id", "content", "is_own_answer")} for line in answers_for(ballot, viewer)]


def _answer_line(entry: Entry, ballot: Ballot, viewer: UUID) -> dict[str, Any]:
    counted = ballot.is_over or ballot.live_votes
    line = {
        "id": str(entry.id),
        "content": entry.content,
        "vote_count": entry.votes if counted else 0,
        "is_own_answer": entry.author_user_id == viewer,
    }
    return {**line, **author_of(entry)} if ballot.is_over else line


def author_of(entry: Entry) -> dict[str, Any]:
    return {"user_id": text_or_none(entry.author_user_id), "username": entry.author_name}


def disclosed(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The answers of a round that is over, most votes first."""
    ordered = sorted(entries, key=lambda entry: (-entry.votes, entry.author_name.casefold(), str(entry.id)))
    return [
        {"id": str(entry.id), "content": entry.content, "vote_count": entry.votes, **author_of(entry)}
        for entry in ordered
    ]


def board(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """The leaderboard as socket events carry it."""
    return [
        {
            "rank": line.rank,
            "user_id": text_or_none(line.user_id),
            "username": line.name,
            "score": line.total,
            "round_score": line.latest,
        }
        for line in standings
    ]


def scores(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """The leaderboard as REST answers it."""
    return [
        {
            "rank": line.rank,
            "user_id": text_or_none(line.user_id),
            "username": line.name,
            "total_points": line.total,
            "round_points": line.latest,
        }
        for line in standings
    ]


def text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)
