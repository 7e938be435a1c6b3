"""Starting a game, going through its rounds, playing again."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.tests.factories import UserFactory
from voting import errors, selectors, services
from voting.models import AskedQuestion, Round, Score, Vote
from voting.rules import Phase, RoomStatus
from voting.tests.factories import answer_all, make_game, make_room, seats, vote_round
from voting.tests.observing import Capture, types

pytestmark = pytest.mark.django_db


class TestGame:
    def test_only_the_host_starts_and_not_alone(self, now: datetime) -> None:
        players = UserFactory.create_batch(2)
        alone = make_room(players[:1], now)
        with pytest.raises(errors.TooFewPlayers):
            services.game_start(code=alone.code, user_id=players[0].pk, now=now)
        room = make_room(players, now)
        with pytest.raises(errors.HostOnly):
            services.game_start(code=room.code, user_id=players[1].pk, now=now)

    def test_starting_draws_all_questions_and_asks_one(self, now: datetime, capture_events: Capture) -> None:
        players = UserFactory.create_batch(2)
        room = make_room(players, now, total_rounds=3)
        with capture_events(expected=1) as events:
            services.game_start(code=room.code, user_id=players[0].pk, now=now)
        room.refresh_from_db()
        frame = events[0][1]["frame"]
        assert (frame["type"], frame["data"]["status"], frame["data"]["time_limit"]) == ("game_started", "playing", 60)
        assert frame["data"]["round_id"] == str(room.round_id)
        assert Round.objects.filter(room=room).count() == 3
        assert room.deadline == now + timedelta(seconds=60)
        assert AskedQuestion.objects.count() == 2
        with pytest.raises(errors.GameStarted):
            services.game_start(code=room.code, user_id=players[0].pk, now=now)

    def test_a_whole_game(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(4, now, total_rounds=2)
        with capture_events() as events:
            answers = answer_all(room, players, now)
            assert room.phase == Phase.VOTING
            vote_round(room, players, answers, now)
            assert room.phase == Phase.RESULTS
            services.round_next(code=room.code, user_id=players[0].pk, now=now)
            room.refresh_from_db()
            vote_round(room, players, answer_all(room, players, now), now)
            services.round_next(code=room.code, user_id=players[0].pk, now=now)
        room.refresh_from_db()
        assert (room.status, room.phase, room.deadline) == (RoomStatus.FINISHED, Phase.NONE, None)
        round_ = Counter({"answer_submitted": 4, "voting_started": 1, "vote_update": 4, "round_ended": 1})
        assert Counter(types(events)) == round_ + round_ + Counter({"round_started": 1, "game_ended": 1})
        assert events[-1][1]["frame"]["data"]["final_leaderboard"][0]["score"] == 2

    def test_scores_equal_a_recount(self, now: datetime) -> None:
        room, players = make_game(5, now)
        answers = answer_all(room, players, now)
        for player in players[1:]:
            services.vote_submit(
                round_id=room.round_id, user_id=player.pk, answer_id=answers[players[0].pk].pk, now=now
            )
        recount = Counter(Vote.objects.values_list("answer_author_id", flat=True))
        assert {score.player_id: score.points for score in Score.objects.filter(points__gt=0)} == dict(recount)
        assert set(recount.values()) == {4}

    def test_double_clicks_skip_nothing(self, now: datetime) -> None:
        room, players = make_game(3, now)
        host = players[0].pk
        with pytest.raises(errors.RoundNotOver):
            services.round_next(code=room.code, user_id=host, now=now)
        with pytest.raises(errors.WrongPhase):
            services.round_end(round_id=room.round_id, user_id=host, now=now)
        services.answer_submit(round_id=room.round_id, user_id=players[1].pk, content="one", now=now)
        services.voting_start(round_id=room.round_id, user_id=host, now=now)
        with pytest.raises(errors.WrongPhase):
            services.voting_start(round_id=room.round_id, user_id=host, now=now)
        services.round_end(round_id=room.round_id, user_id=host, now=now)
        with pytest.raises(errors.WrongPhase):
            services.round_end(round_id=room.round_id, user_id=host, now=now)
        with pytest.raises(errors.WrongPhase):
            services.voting_start(round_id=room.round_id, user_id=host, now=now)
        first = room.round_id
        services.round_next(code=room.code, user_id=host, now=now)
        with pytest.raises(errors.WrongPhase):
            services.round_end(round_id=first, user_id=host, now=now)

    def test_another_rooms_host_moves_nothing(self, now: datetime) -> None:
        room, _ = make_game(2, now)
        other, others = make_game(2, now)
        with pytest.raises(errors.HostOnly):
            services.voting_start(round_id=room.round_id, user_id=others[0].pk, now=now)
        with pytest.raises(errors.RoundNotFound):
            services.voting_start(round_id=room.round_id, user_id=others[0].pk, code=other.code, now=now)
        with pytest.raises(errors.RoundNotFound):
            services.voting_start(round_id=uuid4(), user_id=others[0].pk, now=now)

    def test_a_round_that_has_not_begun_does_not_exist_yet(self, now: datetime) -> None:
        room, players = make_game(2, now)
        later = Round.objects.get(room=room, number=2)
        with pytest.raises(errors.RoundNotFound):
            services.answer_submit(round_id=later.pk, user_id=players[0].pk, content="early", now=now)

    def test_without_answers_there_is_nothing_to_vote_on(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(2, now)
        with capture_events(expected=1) as events:
            services.voting_start(round_id=room.round_id, user_id=players[0].pk, now=now)
        assert types(events) == ["round_ended"]

    def test_rematch_keeps_people_and_results_and_seats_late_comers(self, now: datetime) -> None:
        room, players = make_game(2, now, total_rounds=1)
        late = UserFactory()
        services.room_join(code=room.code, user_id=late.pk, username="late", now=now, spectate=True)
        with pytest.raises(errors.GameNotOver):
            services.game_rematch(code=room.code, user_id=players[0].pk, now=now)
        vote_round(room, players, answer_all(room, players, now), now)
        services.round_next(code=room.code, user_id=players[0].pk, now=now)
        services.game_rematch(code=room.code, user_id=players[0].pk, now=now)
        room.refresh_from_db()
        assert (room.status, room.game, room.current_round, seats(room)) == ("waiting", 2, 0, [0, 1, 2])
        services.game_start(code=room.code, user_id=players[0].pk, now=now)
        first = selectors.results(room.code, late.pk, game=1)
        assert [len(round_["answers"]) for round_ in first["rounds"]] == [2]
        assert selectors.leaderboard(room.code, late.pk)[0].total == 0
        asked = Round.objects.filter(room=room).values_list("question", flat=True)
        assert len(set(asked)) == 2
