"""Players and rooms for tests; rooms are made by the services, as players make them."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.tests.factories import UserFactory
from voting import services
from voting.models import Answer, Participant, Room
from voting.store import people_of


def make_room(players: list[User], now: datetime, **settings: Any) -> Room:
    """A room with these players in it, the first its host."""
    host, *others = players
    room = services.room_create(user_id=host.pk, username=host.username, settings=settings, now=now)
    for index, player in enumerate(others, start=1):
        later = now + timedelta(milliseconds=index)
        services.room_join(code=room.code, user_id=player.pk, username=player.username, now=later)
    room.refresh_from_db()
    return room


def make_game(count: int, now: datetime, **settings: Any) -> tuple[Room, list[User]]:
    """A game of ``count`` players in its first round's answering phase."""
    players = UserFactory.create_batch(count)
    room = make_room(players, now, **settings)
    services.game_start(code=room.code, user_id=players[0].pk, now=now)
    room.refresh_from_db()
    return room, players


def answer_all(room: Room, players: list[User], now: datetime) -> dict[Any, Answer]:
    """Everybody answers the running round, which opens the voting; user id to answer."""
    answers = {
        player.pk: services.answer_submit(
            round_id=room.round_id, user_id=player.pk, content=f"{player.username} says {room.current_round}", now=now
        )
        for player in players
    }
    room.refresh_from_db()
    return answers


def vote_round(room: Room, players: list[User], answers: dict[Any, Answer], now: datetime) -> None:
    """Everybody votes for the next player's answer, which ends the round."""
    for index, player in enumerate(players):
        chosen = answers[players[(index + 1) % len(players)].pk]
        services.vote_submit(round_id=room.round_id, user_id=player.pk, answer_id=chosen.pk, now=now)
    room.refresh_from_db()


def seats(room: Room) -> list[int]:
    return sorted(person.seat for person in people_of(room) if person.seat is not None)


def vote_round_but_one(room: Room, players: list[User], answers: dict[Any, Answer], now: datetime) -> None:
    """All but the first vote for somebody else."""
    for player in players[1:]:
        services.vote_submit(round_id=room.round_id, user_id=player.pk, answer_id=answers[players[0].pk].pk, now=now)


def keep_present(room: Room, moment: datetime) -> None:
    pairs = [(room.code, user_id) for user_id in Participant.objects.values_list("user_id", flat=True)]
    services.presence_renew(pairs=pairs, now=moment, by_socket=True)
