"""What happens when many do it at once; on both databases, with real threads and transactions."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import UserFactory
from tommy.core import clock
from tommy.core.errors import DomainError
from voting import services
from voting.models import Answer, Participant, Room, Round, Score, Vote
from voting.tests.factories import answer_all, make_game, make_room, seats, vote_round

pytestmark = pytest.mark.django_db(transaction=True)

AtOnce = Callable[[int, Callable[[int], Any]], list[Any]]


def outcome(call: Callable[[], Any]) -> Any:
    """``done``, or the code of the refusal."""
    try:
        call()
    except DomainError as error:
        return error.code
    return "done"


def test_fifty_joins_for_the_last_seat_leave_one(at_once: AtOnce) -> None:
    now = clock.now()
    room = make_room(UserFactory.create_batch(2), now, max_players=3)
    players = UserFactory.create_batch(50)

    def join(index: int) -> Any:
        player = players[index]
        return outcome(
            lambda: services.room_join(code=room.code, user_id=player.pk, username=player.username, now=clock.now())
        )

    assert Counter(at_once(50, join)) == {"done": 1, "room_full": 49}
    assert seats(room) == [0, 1, 2]


def test_fifty_joins_of_one_player_take_one_seat(at_once: AtOnce) -> None:
    room, player = make_room([UserFactory()], clock.now()), UserFactory()

    def join(index: int) -> Any:
        return outcome(lambda: services.room_join(code=room.code, user_id=player.pk, username="x", now=clock.now()))

    assert Counter(at_once(50, join)) == {"done": 50}
    assert seats(room) == [0, 1]


def test_fifty_answers_and_votes_of_one_player_leave_one_each(at_once: AtOnce) -> None:
    now = clock.now()
    room, players = make_game(3, now)

    def answer(index: int) -> Any:
        return outcome(
            lambda: services.answer_submit(
                round_id=room.round_id, user_id=players[0].pk, content=f"try {index}", now=clock.now()
            )
        )

    assert Counter(at_once(50, answer)) == {"done": 1, "already_answered": 49}
    answers = answer_all(room, players[1:], clock.now())

    def vote(index: int) -> Any:
        chosen = answers[players[1 + index % 2].pk].pk
        return outcome(
            lambda: services.vote_submit(
                round_id=room.round_id, user_id=players[0].pk, answer_id=chosen, now=clock.now()
            )
        )

    assert Counter(at_once(50, vote)) == {"done": 1, "already_voted": 49}
    assert sum(Score.objects.values_list("points", flat=True)) == Vote.objects.count() == 1


def test_everybody_acting_at_once_moves_each_phase_once(at_once: AtOnce) -> None:
    now = clock.now()
    room, players = make_game(20, now, max_players=20, total_rounds=1)

    def answer(index: int) -> Any:
        return services.answer_submit(round_id=room.round_id, user_id=players[index].pk, content="x", now=clock.now())

    answers = dict(zip((player.pk for player in players), at_once(20, answer), strict=True))
    room.refresh_from_db()
    assert room.phase == "voting"

    def vote(index: int) -> Any:
        chosen = answers[players[(index + 1) % 20].pk].pk
        services.vote_submit(round_id=room.round_id, user_id=players[index].pk, answer_id=chosen, now=clock.now())

    at_once(20, vote)
    room.refresh_from_db()
    assert room.phase == "results"
    recount = Counter(Vote.objects.values_list("answer_author_id", flat=True))
    assert dict(Score.objects.values_list("player_id", "points")) == dict(recount)


def test_clicks_and_sweeps_at_the_same_moment_move_a_room_once(at_once: AtOnce) -> None:
    now = clock.now()
    room, players = make_game(2, now, total_rounds=3)
    vote_round(room, players, answer_all(room, players, now), now)

    def go_on(index: int) -> Any:
        if index % 2:
            return outcome(lambda: services.rooms_settle(now=clock.now()))
        return outcome(lambda: services.round_next(code=room.code, user_id=players[0].pk, now=clock.now()))

    assert Counter(at_once(20, go_on)) == {"done": 11, "round_not_over": 9}
    room.refresh_from_db()
    assert room.current_round == 2


class TestConstraints:
    """The database says no by itself, whoever writes."""

    def test_it_refuses_what_the_rules_forbid(self) -> None:
        now = clock.now()
        room, players = make_game(3, now)
        other, others = make_game(3, now)
        mine, foreign = answer_all(room, players, now), answer_all(other, others, now)
        people = {player.user_id: player for player in Participant.objects.all()}
        own = mine[players[0].pk]
        good = {
            "room": room,
            "round_id": room.round_id,
            "answer": own,
            "answer_author_id": own.author_id,
            "voter": people[players[1].pk],
            "created_at": now,
        }
        elsewhere = foreign[others[0].pk]
        wrong: list[dict[str, Any]] = [
            {"voter": people[players[0].pk]},
            {"voter": people[others[1].pk]},
            {"answer_author_id": people[players[2].pk].pk},
            {"answer": elsewhere, "answer_author_id": elsewhere.author_id},
            {"round_id": other.round_id},
            {"room": other},
        ]
        for change in wrong:
            assert_refused(lambda change=change: Vote.objects.create(**{**good, **change}))
        Vote.objects.create(**good)
        assert_refused(lambda: Vote.objects.create(**good))

    def test_answers_belong_to_the_room(self) -> None:
        now = clock.now()
        room, players = make_game(2, now)
        other, _ = make_game(2, now)
        me = Participant.objects.get(user=players[0])
        for change in ({"round_id": other.round_id}, {"room": other}, {"content": ""}):
            row = {"room": room, "round_id": room.round_id, "author": me, "content": "x", "created_at": now, **change}
            assert_refused(lambda row=row: Answer.objects.create(**row))

    def test_seats_end_at_the_rooms_number(self) -> None:
        now = clock.now()
        room = make_room([UserFactory()], now, max_players=2)
        row = {"room": room, "joined_at": now, "present_until": now, "name": "x", "room_max_players": 2}
        for change in ({"seat": 2}, {"seat": 0}, {"seat": 2, "room_max_players": 3}):
            assert_refused(lambda change=change: Participant.objects.create(user=UserFactory(), **{**row, **change}))

    def test_a_room_plays_in_a_phase_and_rounds_are_numbered_once(self) -> None:
        room, _ = make_game(2, clock.now())
        assert_refused(lambda: Room.objects.filter(pk=room.pk).update(status="finished"))
        assert_refused(lambda: Room.objects.filter(pk=room.pk).update(phase="none"))
        assert_refused(lambda: Round.objects.create(room=room, game=1, number=1, question="?", category="x"))


def assert_refused(write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
    connection.check_constraints()
