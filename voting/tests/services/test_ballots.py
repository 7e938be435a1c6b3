"""Answers and votes: what they write, what they tell, what they refuse."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from voting import errors, selectors, services
from voting.models import Answer, Vote
from voting.profanity import masked
from voting.rules import Phase, ProfanityLevel
from voting.tests.factories import answer_all, make_game, vote_round_but_one
from voting.tests.observing import Capture, statements, types

pytestmark = pytest.mark.django_db


class TestBallots:
    def test_refusals_of_answers(self, now: datetime) -> None:
        room, players = make_game(3, now)
        submit = services.answer_submit
        with pytest.raises(errors.NotSeated):
            submit(round_id=room.round_id, user_id=UserFactory().pk, content="x", now=now)
        submit(round_id=room.round_id, user_id=players[0].pk, content="x", now=now)
        with pytest.raises(errors.AlreadyAnswered):
            submit(round_id=room.round_id, user_id=players[0].pk, content="y", now=now)
        services.voting_start(round_id=room.round_id, user_id=players[0].pk, now=now)
        with pytest.raises(errors.PhaseOver):
            submit(round_id=room.round_id, user_id=players[1].pk, content="late", now=now)

    def test_refusals_of_votes(self, now: datetime) -> None:
        room, players = make_game(3, now)
        other, others = make_game(3, now)
        foreign = answer_all(other, others, now)[others[0].pk]

        def vote(player: User, answer_id: Any) -> Vote:
            return services.vote_submit(round_id=room.round_id, user_id=player.pk, answer_id=answer_id, now=now)

        with pytest.raises(errors.WrongPhase):
            vote(players[0], foreign.pk)
        answers = answer_all(room, players, now)
        with pytest.raises(errors.OwnAnswer):
            vote(players[0], answers[players[0].pk].pk)
        with pytest.raises(errors.AnswerNotFound):
            vote(players[0], foreign.pk)
        with pytest.raises(errors.NotSeated):
            vote(others[0], answers[players[0].pk].pk)
        vote(players[0], answers[players[1].pk].pk)
        with pytest.raises(errors.AlreadyVoted):
            vote(players[0], answers[players[2].pk].pk)

    def test_a_late_answer_is_refused_and_opens_the_voting(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(3, now)
        services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="x", now=now)
        late = now + timedelta(seconds=60)
        with capture_events(expected=1) as events, pytest.raises(errors.PhaseOver):
            services.answer_submit(round_id=room.round_id, user_id=players[1].pk, content="late", now=late)
        assert types(events) == ["voting_started"]
        assert Answer.objects.count() == 1

    def test_a_late_host_is_told_and_the_phase_is_over(self, now: datetime) -> None:
        room, players = make_game(2, now)
        with pytest.raises(errors.PhaseOver):
            services.voting_start(round_id=room.round_id, user_id=players[0].pk, now=now + timedelta(seconds=61))
        room.refresh_from_db()
        assert room.phase == Phase.RESULTS

    def test_a_vote_takes_at_most_four_statements(self, now: datetime) -> None:
        room, players = make_game(8, now)
        answers = answer_all(room, players, now)
        with statements() as sql:
            services.vote_submit(
                round_id=room.round_id, user_id=players[0].pk, answer_id=answers[players[1].pk].pk, now=now
            )
        assert len(sql) <= 4, sql

    def test_an_answer_takes_at_most_four_statements(self, now: datetime) -> None:
        room, players = make_game(8, now)
        with statements() as sql:
            services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="x", now=now)
        assert len(sql) <= 4, sql

    def test_the_last_vote_ends_the_round_in_a_fixed_number(self, now: datetime) -> None:
        counts = set()
        for size in (3, 9):
            room, players = make_game(size, now, max_players=9)
            answers = answer_all(room, players, now)
            vote_round_but_one(room, players, answers, now)
            with statements() as sql:
                services.vote_submit(
                    round_id=room.round_id, user_id=players[0].pk, answer_id=answers[players[1].pk].pk, now=now
                )
            counts.add(len(sql))
        assert len(counts) == 1
        assert max(counts) <= 9

    def test_held_back_votes_tell_no_counts_before_the_end(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(3, now, live_votes=False)
        answers = answer_all(room, players, now)
        with capture_events(expected=1) as events:
            services.vote_submit(
                round_id=room.round_id, user_id=players[0].pk, answer_id=answers[players[1].pk].pk, now=now
            )
        data = events[0][1]["frame"]["data"]
        assert (data["answer_id"], data["vote_count"], data["voted_count"]) == (None, None, 1)
        shown = selectors.answers_of_round(room.round_id, players[0].pk)
        assert {line["vote_count"] for line in shown} == {0}

    def test_profane_answers_are_masked_by_level(self, now: datetime) -> None:
        for level, expected in (("off", "shit, cunt"), ("moderate", "shit, ****"), ("strict", "****, ****")):
            room, players = make_game(2, now, profanity=level)
            answer = services.answer_submit(
                round_id=room.round_id, user_id=players[0].pk, content="shit, cunt", now=now
            )
            assert answer.content == expected

    def test_masking_one_text_says_nothing_of_the_next(self) -> None:
        for before in ("bass", "duck", "", "c"):
            masked(before, ProfanityLevel.MODERATE)
            assert masked("scunthorpe", ProfanityLevel.MODERATE) == "scunthorpe"
            assert masked("CUN7", ProfanityLevel.MODERATE) == "****"
