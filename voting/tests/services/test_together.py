"""Moves that come in together are written together, and each is judged by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from tommy.core import clock
from tommy.core.errors import DomainError
from voting import services
from voting.models import Answer, Room, Score, Vote
from voting.rules import Phase
from voting.services import AnswerMove, VoteMove
from voting.tests.factories import answer_all, make_game
from voting.tests.observing import Capture, statements, types

pytestmark = pytest.mark.django_db


def answer(player: User, now: datetime, content: str = "x", code: str | None = None) -> AnswerMove:
    return AnswerMove(player.pk, now, code, content)


def codes(outcomes: list[Any]) -> list[str]:
    return [one.code if isinstance(one, DomainError) else "done" for one in outcomes]


def vote_round_together(room: Room, players: list[User], answers: dict[Any, Answer], now: datetime) -> list[Any]:
    moves = [
        VoteMove(player.pk, now, room.code, answers[players[(index + 1) % len(players)].pk].pk)
        for index, player in enumerate(players)
    ]
    return services.votes_submit(round_id=room.round_id, moves=moves)


def test_one_bad_move_spoils_no_other(now: datetime, capture_events: Capture) -> None:
    room, players = make_game(4, now)
    stranger, late = UserFactory(), now + timedelta(seconds=60)
    moves = [
        answer(players[0], now),
        answer(players[0], now, "again"),
        answer(stranger, now),
        answer(players[1], now, code="ZZZZZZ"),
        answer(players[1], now, code=room.code.lower()),
        answer(players[2], late),
    ]
    with capture_events() as events:
        outcomes = services.answers_submit(round_id=room.round_id, moves=moves)
    assert codes(outcomes) == ["done", "already_answered", "not_seated", "round_not_found", "done", "phase_over"]
    assert types(events) == ["answer_submitted", "answer_submitted", "voting_started"]
    assert [message["frame"]["data"].get("submitted_count") for _, message in events[:2]] == [1, 2]
    assert Answer.objects.count() == 2


def test_an_unknown_round_is_one_for_all(now: datetime) -> None:
    moves = [answer(UserFactory(), now) for _ in range(2)]
    assert codes(services.answers_submit(round_id=uuid4(), moves=moves)) == ["round_not_found"] * 2


def test_eight_votes_take_the_statements_of_one(now: datetime) -> None:
    counts = []
    for together in (1, 7):
        room, players = make_game(8, now)
        answers = answer_all(room, players, now)
        moves = [
            VoteMove(player.pk, now, None, answers[players[index].pk].pk)
            for index, player in enumerate(players[1 : together + 1])
        ]
        with statements() as sql:
            services.votes_submit(round_id=room.round_id, moves=moves)
        counts.append(len(sql))
    assert counts == [3, 3]


def test_the_last_of_them_ends_the_round_and_counts_are_those_of_each_moment(
    now: datetime, capture_events: Capture
) -> None:
    room, players = make_game(3, now)
    answers = answer_all(room, players, now)
    target = answers[players[0].pk].pk
    moves = [VoteMove(player.pk, now, None, target) for player in players[1:]]
    moves.append(VoteMove(players[0].pk, now, None, answers[players[1].pk].pk))
    with capture_events() as events:
        outcomes = services.votes_submit(round_id=room.round_id, moves=moves)
    assert codes(outcomes) == ["done"] * 3
    assert types(events) == ["vote_update"] * 3 + ["round_ended"]
    shown = [message["frame"]["data"] for _, message in events[:3]]
    assert [(one["vote_count"], one["voted_count"]) for one in shown] == [(1, 1), (2, 2), (1, 3)]
    room.refresh_from_db()
    assert room.phase == Phase.RESULTS
    assert {score.player_id: score.points for score in Score.objects.all()} == {
        answers[players[0].pk].author_id: 2,
        answers[players[1].pk].author_id: 1,
        answers[players[2].pk].author_id: 0,
    }


def test_scores_follow_votes_whoever_writes_them(now: datetime) -> None:
    room, players = make_game(3, now)
    answers = list(answer_all(room, players, now).values())
    Vote.objects.bulk_create(
        Vote(
            room=room,
            round_id=room.round_id,
            answer=answers[0],
            answer_author_id=answers[0].author_id,
            voter_id=other.author_id,
            created_at=now,
        )
        for other in answers[1:]
    )
    assert Score.objects.get(player=answers[0].author_id).points == 2


@pytest.mark.django_db(transaction=True)
def test_rounds_voted_on_at_the_same_moment_by_several_processes(at_once: Callable[..., list[Any]]) -> None:
    """Whole batches compete as single moves do: nobody votes twice, and nothing is lost."""
    now = clock.now()
    room, players = make_game(6, now)
    answers = answer_all(room, players, now)
    outcomes = at_once(4, lambda index: codes(vote_round_together(room, players, answers, clock.now())))
    assert sum(one.count("done") for one in outcomes) == 6
    assert Vote.objects.count() == 6
    assert {score.points for score in Score.objects.all()} == {1}
