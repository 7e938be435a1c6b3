"""Reads of the voting game; each with a fixed number of SQL statements, said in its docstring."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from tommy.core import clock
from voting import payloads, store
from voting.errors import NotInRoom, RoomNotFound, RoundNotFound
from voting.models import Answer, AskedQuestion, Participant, Room, Round, Score
from voting.payloads import Ballot, Entry
from voting.rules import Person, Phase, Presence, RoomStatus, Standing, normalise_code, ranked
from voting.store import people_of


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole room at one moment, from which every viewer's ``room_state`` is drawn."""

    room: Room
    people: list[Person]
    round: Round | None
    ballot: Ballot | None
    standings: list[Standing]


def room_with_code(code: str) -> Room:
    """One statement. Raises RoomNotFound."""
    room = Room.objects.filter(code=normalise_code(code)).first()
    if room is None:
        raise RoomNotFound
    return room


def has_place(code: str, user_id: UUID) -> bool:
    """Whether this user sits or watches in the room; two statements. Raises RoomNotFound."""
    return Participant.objects.filter(room=room_with_code(code), user=user_id, left_at=None).exists()


def entries_of(room: Room, round_id: UUID, people: Iterable[Person]) -> tuple[Entry, ...]:
    """A round's answers with their authors and counts; one statement."""
    names = {person.id: person for person in people}
    return tuple(
        Entry(pk, content, author, names[author].user_id, names[author].name, points)
        for pk, content, author, points in store.answers_of_round(room.pk, round_id)
    )


def standings_of(room: Room, people: Sequence[Person]) -> list[Standing]:
    """The leaderboard of the room's game, from its completed rounds alone; one statement.

    A running round stays out: its counts beside the names would tell who wrote what.
    """
    return _standings(store.points_of_game(room), people)


def _standings(points: Iterable[tuple[int, int, int]], people: Sequence[Person]) -> list[Standing]:
    by_player: dict[int, dict[int, int]] = defaultdict(dict)
    for player, number, count in points:
        by_player[player][number] = count
    latest = max((number for numbers in by_player.values() for number in numbers), default=0)
    return ranked(
        (person.user_id, person.name, sum(by_player[person.id].values()), by_player[person.id].get(latest, 0))
        for person in people
        if person.plays or person.id in by_player
    )


def leaderboard(code: str, viewer: UUID) -> list[Standing]:
    """For whoever is or was in the room; three statements. Raises RoomNotFound, NotInRoom."""
    room = room_with_code(code)
    people = people_of(room)
    require_acquaintance(people, viewer)
    return standings_of(room, people)


def ballot_of_round(round_id: UUID) -> Ballot:
    """The answers of a round with all that is hidden; three statements. Raises RoundNotFound."""
    round_, room = _round_and_room(round_id)
    return _ballot(room, round_, people_of(room))


def answers_of_round(round_id: UUID, viewer: UUID) -> list[dict[str, Any]]:
    """What this viewer may read; three statements. Raises RoundNotFound, NotInRoom."""
    round_, room = _round_and_room(round_id)
    people = people_of(room)
    require_presence(people, viewer)
    return payloads.answers_for(_ballot(room, round_, people), viewer)


def _round_and_room(round_id: UUID) -> tuple[Round, Room]:
    found = store.round_and_room(round_id)
    if found is None:
        raise RoundNotFound
    return found


def _ballot(room: Room, round_: Round, people: Sequence[Person]) -> Ballot:
    phase = Phase(room.phase) if round_.pk == room.round_id else Phase.NONE
    return Ballot(
        room_id=room.pk,
        room_code=room.code,
        seed=room.seed,
        round_id=round_.pk,
        phase=phase,
        live_votes=room.live_votes,
        entries=entries_of(room, round_.pk, people),
    )


def picture_of(code: str) -> Picture:
    """Five statements. Raises RoomNotFound."""
    room = room_with_code(code)
    people = people_of(room)
    round_ = Round.objects.filter(pk=room.round_id, started_at__isnull=False).first() if room.round_id else None
    ballot = _ballot(room, round_, people) if round_ else None
    return Picture(room, people, round_, ballot, standings_of(room, people))


def room_state(picture: Picture, viewer: UUID, now: datetime) -> dict[str, Any]:
    """The whole picture for one viewer; no statement. Raises NotInRoom."""
    me = require_presence(picture.people, viewer)
    players = payloads.player_lines(picture.people)
    return {
        "room": payloads.room_line(picture.room),
        "room_code": picture.room.code,
        "you": {
            "user_id": str(viewer),
            "username": me.name,
            "role": "player" if me.plays else "spectator",
            "seat": me.seat,
            "is_host": picture.room.host_id == viewer,
        },
        "participants": players,
        "participant_count": len(players),
        "spectator_count": sum(person.watches for person in picture.people),
        "round": running_round(picture, viewer, now),
        "leaderboard": payloads.board(picture.standings),
        "server_time": clock.isoformat(now),
    }


def running_round(picture: Picture, viewer: UUID, now: datetime) -> dict[str, Any] | None:
    """The current round as this viewer sees it, answers included; None for outsiders and before the first."""
    me = find_person(picture.people, viewer)
    if me is None or picture.round is None or picture.ballot is None:
        return None
    return {
        **payloads.round_line(picture.room, picture.round, picture.people, now),
        "my_answer_id": payloads.text_or_none(me.answer_id),
        "my_vote": payloads.text_or_none(me.voted_for),
        "answers": payloads.answers_for(picture.ballot, viewer),
    }


def room_details(code: str, viewer: UUID, now: datetime) -> dict[str, Any]:
    """A room as REST shows it, to outsiders without its round; five statements. Raises RoomNotFound."""
    picture = picture_of(code)
    players = payloads.player_lines(picture.people)
    line = payloads.room_line(picture.room)
    if find_person(picture.people, viewer) is None:
        line["watch_code"] = None
    return {
        **line,
        "participants": players,
        "participant_count": len(players),
        "spectator_count": sum(person.watches for person in picture.people),
        "round": running_round(picture, viewer, now),
    }


def find_person(people: Iterable[Person], user_id: UUID) -> Person | None:
    """Whoever of these is this user and has not left."""
    return next((person for person in people if person.user_id == user_id and not person.left), None)


def require_presence(people: Iterable[Person], user_id: UUID) -> Person:
    person = find_person(people, user_id)
    if person is None:
        raise NotInRoom
    return person


def require_acquaintance(people: Iterable[Person], user_id: UUID) -> None:
    """That the user is or was in the room; what is over may be read after leaving."""
    if all(person.user_id != user_id for person in people):
        raise NotInRoom


def results(code: str, viewer: UUID, game: int | None = None) -> dict[str, Any]:
    """Completed rounds of a game, the newest by default, with answers, authors and points; five statements.

    Whoever was in the room may read it, also after leaving. Raises RoomNotFound, NotInRoom.
    """
    room = room_with_code(code)
    people = people_of(room)
    require_acquaintance(people, viewer)
    number = room.game if game is None else game
    rounds = list(Round.objects.filter(room=room, game=number, completed_at__isnull=False).order_by("number"))
    points = _points_of(room, rounds)
    entries = _entries_by_round(room, rounds, points, people)
    lines = [(player, round_.number, count) for round_ in rounds for player, count in points[round_.pk].items()]
    return {
        "room_code": room.code,
        "game": number,
        "status": str(room.status) if number == room.game else str(RoomStatus.FINISHED),
        "rounds": [_round_result(round_, entries[round_.pk]) for round_ in rounds],
        "leaderboard": payloads.scores(_standings(lines, people)),
    }


def _points_of(room: Room, rounds: Sequence[Round]) -> dict[UUID, dict[int, int]]:
    points: dict[UUID, dict[int, int]] = defaultdict(dict)
    rows = Score.objects.filter(room=room, round__in=rounds).values_list("round_id", "player_id", "points")
    for round_id, player, count in rows:
        points[round_id][player] = count
    return points


def _entries_by_round(
    room: Room, rounds: Sequence[Round], points: dict[UUID, dict[int, int]], people: Sequence[Person]
) -> dict[UUID, list[Entry]]:
    names = {person.id: person for person in people}
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    rows = Answer.objects.filter(room=room, round__in=rounds).values_list("id", "content", "author_id", "round_id")
    for pk, content, author, round_id in rows:
        person = names[author]
        entry = Entry(pk, content, author, person.user_id, person.name, points[round_id].get(author, 0))
        entries[round_id].append(entry)
    return entries


def _round_result(round_: Round, entries: Sequence[Entry]) -> dict[str, Any]:
    answers = payloads.disclosed(entries)
    best = max((entry.votes for entry in entries), default=0)
    return {
        "round_id": str(round_.pk),
        "round_number": round_.number,
        "question": round_.question,
        "category": round_.category,
        "answers": answers,
        "winners": [answer["username"] for answer in answers if best and answer["vote_count"] == best],
    }


def heard_questions(user_ids: Iterable[UUID | None]) -> dict[str, tuple[int, datetime]]:
    """Question key to how many of these users heard it, and when the last of them did; one statement."""
    asked = AskedQuestion.objects.filter(user__in=[user_id for user_id in user_ids if user_id])
    rows = asked.values("question_key").annotate(times=Count("id"), last=Max("asked_at"))
    return {row["question_key"]: (row["times"], row["last"]) for row in rows}


def texts_asked(user_ids: Iterable[UUID]) -> list[str]:
    """Questions that these users have been asked in the rooms that still stand, newest last; one statement."""
    rooms = Participant.objects.filter(user__in=user_ids).values("room_id")
    rounds = Round.objects.filter(room_id__in=rooms, started_at__isnull=False).order_by("started_at")
    return list(rounds.values_list("question", flat=True))


def rooms_to_settle(now: datetime, grace: timedelta, abandoned_after: timedelta) -> list[UUID]:
    """Rooms in which the clock has something to do; one statement."""
    absent = Participant.objects.filter(left_at=None, present_until__lte=now - grace).exclude(presence=Presence.AWAY)
    due = Q(deadline__lte=now) | Q(empty_since__lte=now - abandoned_after) | Q(pk__in=absent.values("room_id"))
    return list(Room.objects.filter(due).values_list("pk", flat=True))


def player_export(user_id: UUID, now: datetime) -> dict[str, Any]:
    """What the account owns here: the rooms it is in and the answers it gave, while the rooms stand; two statements."""
    rooms = Participant.objects.filter(user=user_id).values_list("room__code", "name", "joined_at")
    answers = Answer.objects.filter(author__user=user_id).values_list("round__question", "content", "created_at")
    return {
        "rooms": [
            {"code": code, "username": name, "joined_at": clock.isoformat(joined_at)} for code, name, joined_at in rooms
        ],
        "answers": [
            {"question": question, "content": content, "created_at": clock.isoformat(created_at)}
            for question, content, created_at in answers
        ],
    }
