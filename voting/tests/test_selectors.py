"""What nobody may learn early."""

from datetime import datetime

import pytest

from accounts.tests.factories import UserFactory
from voting import errors, selectors, services
from voting.tests.factories import answer_all, make_game, vote_round

pytestmark = pytest.mark.django_db


class TestAnonymity:
    def test_while_answering_only_ones_own(self, now: datetime) -> None:
        room, players = make_game(3, now)
        services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="mine", now=now)
        assert [line["content"] for line in selectors.answers_of_round(room.round_id, players[0].pk)] == ["mine"]
        assert selectors.answers_of_round(room.round_id, players[1].pk) == []
        with pytest.raises(errors.NotInRoom):
            selectors.answers_of_round(room.round_id, UserFactory().pk)

    def test_no_author_before_the_end_and_all_after(self, now: datetime) -> None:
        room, players = make_game(6, now)
        answers = answer_all(room, players, now)
        shown = selectors.answers_of_round(room.round_id, players[0].pk)
        assert set(shown[0]) == {"id", "content", "vote_count", "is_own_answer"}
        assert sum(line["is_own_answer"] for line in shown) == 1
        vote_round(room, players, answers, now)
        revealed = selectors.answers_of_round(room.round_id, players[0].pk)
        assert {line["user_id"] for line in revealed} == {str(player.pk) for player in players}

    def test_orders_differ_by_player_and_stay(self, now: datetime) -> None:
        room, players = make_game(8, now)
        answer_all(room, players, now)
        orders = [
            tuple(line["id"] for line in selectors.answers_of_round(room.round_id, player.pk)) for player in players
        ]
        assert len(set(orders)) > 4
        again = tuple(line["id"] for line in selectors.answers_of_round(room.round_id, players[0].pk))
        assert again == orders[0]

    def test_the_leaderboard_says_nothing_of_a_running_round(self, now: datetime) -> None:
        room, players = make_game(3, now)
        answers = answer_all(room, players, now)
        services.vote_submit(
            round_id=room.round_id, user_id=players[0].pk, answer_id=answers[players[1].pk].pk, now=now
        )
        assert {line.total for line in selectors.leaderboard(room.code, players[0].pk)} == {0}
