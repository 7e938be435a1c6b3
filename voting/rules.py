"""The voting game as pure functions: who may do what, when a phase is over, who leads, in which order answers stand."""

import hashlib
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID


class RoomStatus(StrEnum):
    WAITING = "waiting"
    PLAYING = "playing"
    FINISHED = "finished"


class Phase(StrEnum):
    """Where a running round stands; ``RESULTS`` lasts until the next one begins.

    ``PREPARING``: the game is on, its questions are being written.
    """

    NONE = "none"
    PREPARING = "preparing"
    ANSWERING = "answering"
    VOTING = "voting"
    RESULTS = "results"


class Presence(StrEnum):
    """``EXPECTED``: seated, never seen on a socket. ``AWAY``: told as gone, the seat kept."""

    EXPECTED = "expected"
    ONLINE = "online"
    AWAY = "away"


class ProfanityLevel(StrEnum):
    OFF = "off"
    MODERATE = "moderate"
    STRICT = "strict"


class Action(StrEnum):
    """What happens to a running room next."""

    OPEN_VOTING = "open_voting"
    CLOSE_ROUND = "close_round"
    NEXT_ROUND = "next_round"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a room, and what they did in the running round."""

    id: int
    user_id: UUID | None
    name: str
    seat: int | None
    presence: Presence
    joined_at: datetime
    present_until: datetime
    left: bool = False
    wants_seat: bool = False
    answer_id: UUID | None = None
    voted_for: UUID | None = None
    votes: int = 0

    @property
    def plays(self) -> bool:
        return self.seat is not None

    @property
    def watches(self) -> bool:
        return self.seat is None and not self.left

    @property
    def is_awaited(self) -> bool:
        """Whether a phase waits for this one; nobody's absence can stop a game."""
        return self.plays and self.presence != Presence.AWAY


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the leaderboard; equals share a rank."""

    rank: int
    user_id: UUID | None
    name: str
    total: int
    latest: int


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    category: str


T = TypeVar("T")


def normalise_code(text: str) -> str:
    """A code as it is stored: people type it in any case, with blanks or hyphens in between."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def make_code(alphabet: str, length: int, choose: Callable[[str], str]) -> str:
    return "".join(choose(alphabet) for _ in range(length))


def free_seat(people: Iterable[Person], max_players: int) -> int | None:
    """The lowest seat nobody has, None in a full room."""
    taken = {person.seat for person in people}
    return next((seat for seat in range(max_players) if seat not in taken), None)


def seated(people: Iterable[Person]) -> list[Person]:
    """The players, longest seated first."""
    return sorted((person for person in people if person.plays), key=lambda person: (person.joined_at, person.id))


def next_host(people: Iterable[Person]) -> Person | None:
    """Who leads the room when its host cannot: the longest-seated player, one who is there before one who is not."""
    return min(seated(people), key=lambda person: person.presence == Presence.AWAY, default=None)


def everyone_answered(people: Sequence[Person]) -> bool:
    """Whether all who are awaited have answered; in an empty room the deadline decides."""
    return _all_done(people, lambda person: person.answer_id is not None)


def everyone_voted(people: Sequence[Person]) -> bool:
    """Whether all who are awaited, and have somebody else's answer to vote for, have voted."""
    voters = [person for person in people if person.voted_for is not None or can_vote(person, people)]
    return not voters or _all_done(voters, lambda person: person.voted_for is not None)


def can_vote(person: Person, people: Iterable[Person]) -> bool:
    """Whether there is an answer this player did not write."""
    return person.plays and any(other.answer_id is not None and other.id != person.id for other in people)


def voting_is_possible(people: Sequence[Person]) -> bool:
    return any(can_vote(person, people) for person in people)


def _all_done(people: Iterable[Person], done: Callable[[Person], bool]) -> bool:
    awaited = [person for person in people if person.is_awaited]
    return bool(awaited) and all(done(person) for person in awaited)


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Deadlines belong to the phase they end: at the very moment it is over."""
    return deadline is not None and now >= deadline


def next_action(phase: Phase, people: Sequence[Person], *, rounds_left: bool) -> Action:
    """What follows a running phase when it ends."""
    if phase == Phase.ANSWERING:
        return Action.OPEN_VOTING if voting_is_possible(people) else Action.CLOSE_ROUND
    if phase == Phase.VOTING:
        return Action.CLOSE_ROUND
    return Action.NEXT_ROUND if rounds_left else Action.FINISH


def phase_is_done(phase: Phase, people: Sequence[Person]) -> bool:
    """Whether a phase can end before its deadline, because all have acted."""
    if phase == Phase.ANSWERING:
        return everyone_answered(people)
    return phase == Phase.VOTING and everyone_voted(people)


def seconds_left(deadline: datetime | None, now: datetime) -> float | None:
    return None if deadline is None else max(0.0, round((deadline - now).total_seconds(), 3))


def in_order_for(viewer: str, seed: int, round_id: UUID, items: Iterable[T], key: Callable[[T], UUID]) -> list[T]:
    """``items`` in an order that differs by viewer and round, and follows neither authors nor time."""
    secret = seed.to_bytes(8, "big", signed=True)

    def place(item: T) -> bytes:
        text = f"{viewer}/{round_id}/{key(item)}".encode()
        return hashlib.blake2b(text, key=secret, digest_size=16).digest()

    return sorted(items, key=place)


def ranked(lines: Iterable[tuple[UUID | None, str, int, int]]) -> list[Standing]:
    """The leaderboard from (user id, name, total, points of the latest round): most points first, then by name."""
    ordered = sorted(lines, key=lambda line: (-line[2], line[1].casefold(), str(line[0])))
    totals = [line[2] for line in ordered]
    return [Standing(totals.index(line[2]) + 1, *line) for line in ordered]


def question_key(text: str) -> str:
    """Equal for the same question, whatever its case and spacing."""
    return hashlib.blake2b(" ".join(text.casefold().split()).encode(), digest_size=16).hexdigest()


def choose_questions(
    pool: Sequence[Question], heard: Mapping[str, tuple[int, datetime]], count: int, seed: int
) -> list[Question]:
    """``count`` different questions: those nobody here has heard first, then those the fewest heard, longest ago.

    ``heard`` maps a question's key to how many of these players heard it, and when the last of them did. A group hears
    nothing twice while the pool still holds something new to it. Fewer than ``count`` where the pool is that small.
    """
    shuffled = random.Random(seed).sample(pool, len(pool))
    never = (0, datetime.min.replace(tzinfo=UTC))

    def staleness(question: Question) -> tuple[int, datetime]:
        return heard.get(question_key(question.text), never)

    return sorted(shuffled, key=staleness)[:count]


def fitting_questions(
    written: Sequence[Question], drawn: Sequence[Question], heard: Collection[str], longest: int
) -> list[Question]:
    """As many as ``drawn``: what was written, but for what is heard, repeated or too long; then what was drawn.

    ``heard`` holds keys of questions.
    """
    chosen: dict[str, Question] = {}
    for question in written:
        key = question_key(question.text)
        if key not in heard and 0 < len(question.text) <= longest:
            chosen.setdefault(key, question)
    for question in drawn:
        chosen.setdefault(question_key(question.text), question)
    return list(chosen.values())[: len(drawn)]


def lease_has_lapsed(present_until: datetime, now: datetime, grace: timedelta) -> bool:
    return present_until + grace <= now


def spectators_to_seat(waiting: Sequence[Person], taken: Collection[int], max_players: int) -> list[tuple[Person, int]]:
    """Which late comers get which seats of the next game: first come, first seated."""
    free = [seat for seat in range(max_players) if seat not in taken]
    queue = sorted(waiting, key=lambda person: (person.joined_at, person.id))
    return list(zip(queue, free, strict=False))
