"""Socket commands as acts of the audit log, and what becomes of moves that come in together."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.sockets import SocketLogin
from accounts.tests.factories import UserFactory
from tommy.core import clock
from tommy.core.errors import InvalidInput
from tommy.core.models import AuditEntry
from tommy.core.threads import socket_threads
from voting.commands import Asker, Request, carry_out, carry_out_together, understood
from voting.gathering import Gatherer
from voting.models import Answer, Room
from voting.tests.factories import make_game
from voting.tests.observing import statements


def asked(name: str, user: User, room: Room, **payload: Any) -> Request:
    asker = Asker(SocketLogin(user.pk, uuid4(), user.username, clock.now()), "127.0.0.1")
    return understood(name, {"room_code": room.code, **payload}, asker, clock.now())


def answer(user: User, room: Room) -> Request:
    return asked("submit_answer", user, room, round_id=str(room.round_id), answer="duck")


def trail() -> list[tuple[Any, ...]]:
    rows = AuditEntry.objects.order_by("id")
    return list(rows.values_list("actor_id", "source", "action", "status", "code"))


@pytest.mark.django_db
def test_a_command_says_who_and_what() -> None:
    room, players = make_game(2, clock.now())
    carry_out(asked("leave_room", players[1], room))
    assert trail() == [(players[1].pk, "socket", "leave_room", None, "")]
    row = AuditEntry.objects.get()
    assert (row.target, row.given) == (f"/ws/voting/{room.code}", {"room_code": room.code})


@pytest.mark.django_db
def test_a_refused_command_says_why() -> None:
    room, players = make_game(2, clock.now())
    ack = carry_out(asked("rematch", players[1], room)).ack
    assert (ack["success"], ack["code"]) == (False, "host_only")
    assert trail() == [(players[1].pk, "socket", "rematch", 403, "host_only")]


@pytest.mark.django_db
def test_moves_written_together_leave_a_row_for_each() -> None:
    room, players = make_game(4, clock.now())
    stranger = UserFactory()
    requests = [answer(user, room) for user in (*players[:3], stranger, players[0])]
    with statements() as sql:
        outcomes = carry_out_together(requests)
    assert [outcome.ack["success"] for outcome in outcomes] == [True, True, True, False, False]
    assert len(sql) == 6, sql  # lock, read, insert, audit rows; and why each of two was refused
    refused = [(stranger.pk, 403, "not_seated"), (players[0].pk, 409, "already_answered")]
    assert [(actor, status, code) for actor, _, _, status, code in trail()] == [
        *((player.pk, None, "") for player in players[:3]),
        *refused,
    ]


@pytest.mark.django_db
def test_what_is_not_understood_is_refused_before_it_costs_anything() -> None:
    room, players = make_game(2, clock.now())
    with statements() as sql:
        for payload in ({"answer": "x"}, {"round_id": "7", "answer": "x"}, {"round_id": str(uuid4()), "answer": " "}):
            with pytest.raises(InvalidInput):
                asked("submit_answer", players[0], room, **payload)
    assert (sql, trail()) == ([], [])


@pytest.mark.django_db(transaction=True)
async def test_everybody_who_acts_at_once_gets_their_own_answer() -> None:
    room, players = await socket_threads().run_db(make_game, 8, clock.now())
    gatherer = Gatherer()
    outcomes = await asyncio.gather(*(gatherer.answer(answer(player, room)) for player in players))
    assert all(outcome.ack["success"] for outcome in outcomes)
    written = await socket_threads().run_db(lambda: list(Answer.objects.values_list("id", "author__user")))
    by_user = {user_id: str(pk) for pk, user_id in written}
    assert [outcome.ack["answer_id"] for outcome in outcomes] == [by_user[player.pk] for player in players]
