"""What accounts ask of rooms."""

from datetime import datetime

import pytest

from accounts.services import account_remove
from voting import selectors, services
from voting.models import Answer, Participant
from voting.tests.factories import answer_all, make_game
from voting.tests.observing import Capture, types

pytestmark = pytest.mark.django_db


class TestAccountDeletion:
    def test_the_game_goes_on_without_a_deleted_account(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(3, now)
        answers = answer_all(room, players, now)
        services.vote_submit(
            round_id=room.round_id, user_id=players[0].pk, answer_id=answers[players[1].pk].pk, now=now
        )
        with capture_events() as events:
            account_remove(user_id=players[0].pk, now=now)
        assert {"host_changed", "player_left"} <= set(types([one for one in events if "frame" in one[1]]))
        room.refresh_from_db()
        assert room.host_id == players[1].pk
        left = Participant.objects.get(room=room, user=None)
        assert left.name == "Former player"
        assert Answer.objects.get(author=left).content == "(removed)"
        for one, other in ((1, 2), (2, 1)):
            services.vote_submit(
                round_id=room.round_id, user_id=players[one].pk, answer_id=answers[players[other].pk].pk, now=now
            )
        board = {line.name: line.total for line in selectors.leaderboard(room.code, players[1].pk)}
        assert board[players[1].username] == 2
