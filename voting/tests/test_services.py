"""Commands, one at a time: what they write, what they tell, what they refuse."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import account_remove
from accounts.tests.factories import UserFactory
from voting import errors, selectors, services
from voting.models import Answer, AskedQuestion, Participant, Room, Round, Score, Vote
from voting.rules import Phase, Presence, RoomStatus
from voting.tests.factories import answer_all, make_game, make_room, seats, vote_round

pytestmark = pytest.mark.django_db

Capture = Any
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def types(events: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [message["frame"]["type"] for _, message in events]


@contextmanager
def statements() -> Iterator[list[str]]:
    """SQL statements of the block, without what opens and closes transactions."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]


class TestRooms:
    def test_opening_seats_the_host(self, now: datetime) -> None:
        host = UserFactory()
        room = make_room([host], now, max_players=4)
        assert (room.host_id, room.status, room.max_players, room.total_rounds) == (host.pk, "waiting", 4, 5)
        assert seats(room) == [0]
        assert len(room.code) == 6
        assert not set(room.code) & set("01OIL")

    def test_joining_takes_the_next_seat_and_is_told(self, now: datetime, capture_events: Capture) -> None:
        room, guest = make_room([UserFactory()], now), UserFactory()
        with capture_events(expected=1) as events:
            services.room_join(code=room.code.lower(), user_id=guest.pk, username=guest.username, now=now)
        group, message = events[0]
        assert group == f"room.voting.{room.code}"
        assert message["frame"]["data"]["participant_count"] == 2
        assert seats(room) == [0, 1]

    def test_joining_again_changes_nothing(self, now: datetime, capture_events: Capture) -> None:
        players = UserFactory.create_batch(2)
        room = make_room(players, now)
        with capture_events(expected=0):
            services.room_join(code=room.code, user_id=players[1].pk, username="x", now=now)
        assert seats(room) == [0, 1]

    def test_a_full_room_refuses_but_lets_watch(self, now: datetime) -> None:
        room, late = make_room(UserFactory.create_batch(2), now, max_players=2), UserFactory()
        with pytest.raises(errors.RoomFull):
            services.room_join(code=room.code, user_id=late.pk, username="late", now=now)
        services.room_join(code=room.code, user_id=late.pk, username="late", now=now, spectate=True)
        state = selectors.room_state(selectors.picture_of(room.code), late.pk, now)
        assert state["you"]["role"] == "spectator"
        assert state["participant_count"] == 2

    def test_a_started_game_refuses_newcomers(self, now: datetime) -> None:
        room, _ = make_game(2, now)
        with pytest.raises(errors.GameStarted):
            services.room_join(code=room.code, user_id=UserFactory().pk, username="late", now=now)

    def test_the_watch_code_only_lets_watch(self, now: datetime) -> None:
        room, viewer = make_room([UserFactory()], now), UserFactory()
        entry = services.room_join(code=room.watch_code, user_id=viewer.pk, username="viewer", now=now)
        assert entry.room.code == room.code
        assert Participant.objects.get(user=viewer).seat is None

    def test_an_unknown_code_is_not_found(self, now: datetime) -> None:
        for code in ("ZZZZZZ", "", "\x00", "ß" * 20):
            with pytest.raises(errors.RoomNotFound):
                services.room_join(code=code, user_id=UserFactory().pk, username="x", now=now)

    def test_a_leaving_host_hands_over_to_the_longest_seated(self, now: datetime, capture_events: Capture) -> None:
        players = UserFactory.create_batch(3)
        room = make_room(players, now)
        with capture_events(expected=2) as events:
            services.room_leave(code=room.code, user_id=players[0].pk, now=now)
        assert types(events) == ["host_changed", "player_left"]
        room.refresh_from_db()
        assert room.host_id == players[1].pk

    def test_leaving_twice_is_harmless_and_strangers_cannot(self, now: datetime, capture_events: Capture) -> None:
        players = UserFactory.create_batch(2)
        room = make_room(players, now)
        services.room_leave(code=room.code, user_id=players[1].pk, now=now)
        with capture_events(expected=0):
            services.room_leave(code=room.code, user_id=players[1].pk, now=now)
        with pytest.raises(errors.NotInRoom):
            services.room_leave(code=room.code, user_id=UserFactory().pk, now=now)

    def test_the_next_to_come_leads_an_empty_room(self, now: datetime) -> None:
        host, guest = UserFactory.create_batch(2)
        room = make_room([host], now)
        services.room_leave(code=room.code, user_id=host.pk, now=now)
        services.room_join(code=room.code, user_id=guest.pk, username="guest", now=now)
        room.refresh_from_db()
        assert room.host_id == guest.pk

    def test_kicked_is_for_good(self, now: datetime, capture_events: Capture) -> None:
        players = UserFactory.create_batch(3)
        room = make_room(players, now)
        with pytest.raises(errors.HostOnly):
            services.player_kick(code=room.code, user_id=players[1].pk, target_id=players[2].pk, now=now)
        with pytest.raises(errors.CannotKickYourself):
            services.player_kick(code=room.code, user_id=players[0].pk, target_id=players[0].pk, now=now)
        with capture_events(expected=1) as events:
            services.player_kick(code=room.code, user_id=players[0].pk, target_id=players[2].pk, now=now)
        assert events[0][1]["frame"]["data"]["reason"] == "kicked"
        with pytest.raises(errors.Kicked):
            services.room_join(code=room.code, user_id=players[2].pk, username="x", now=now)
        with pytest.raises(errors.PlayerNotFound):
            services.player_kick(code=room.code, user_id=players[0].pk, target_id=players[2].pk, now=now)

    def test_profane_names_are_masked(self, now: datetime) -> None:
        rude = UserFactory(username="fuckface")
        room = make_room([rude], now)
        assert Participant.objects.get(room=room).name == "****face"


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


def vote_round_but_one(room: Room, players: list[User], answers: dict[Any, Answer], now: datetime) -> None:
    """All but the first vote for somebody else."""
    for player in players[1:]:
        services.vote_submit(round_id=room.round_id, user_id=player.pk, answer_id=answers[players[0].pk].pk, now=now)


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


class TestClock:
    def test_each_phase_ends_by_itself_once(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(3, now, total_rounds=1)
        services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="x", now=now)
        seen = []
        for seconds in (59.9, 60, 60, 104.9, 105, 114.9, 115, 500):
            with capture_events() as events:
                keep_present(room, now + timedelta(seconds=seconds))
                services.rooms_settle(now=now + timedelta(seconds=seconds))
            seen.append((seconds, types(events)))
        assert [(seconds, names) for seconds, names in seen if names] == [
            (60, ["voting_started"]),
            (105, ["round_ended"]),
            (115, ["game_ended"]),
        ]

    def test_a_host_paced_room_waits_for_its_host_but_not_for_ever(self, now: datetime) -> None:
        room, players = make_game(2, now, host_paced=True)
        services.voting_start(round_id=room.round_id, user_id=players[0].pk, now=now)
        for seconds, number in ((100, 1), (120, 2)):
            keep_present(room, now + timedelta(seconds=seconds))
            services.rooms_settle(now=now + timedelta(seconds=seconds))
            room.refresh_from_db()
            assert room.current_round == number

    def test_after_an_outage_a_phase_gets_its_full_time(self, now: datetime) -> None:
        room, players = make_game(2, now)
        services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="x", now=now)
        later = now + timedelta(hours=1)
        keep_present(room, later)
        services.rooms_settle(now=later)
        room.refresh_from_db()
        assert (room.phase, room.deadline) == (Phase.VOTING, later + timedelta(seconds=45))

    def test_an_absent_player_is_told_after_the_grace_and_awaited_no_more(
        self, now: datetime, capture_events: Capture
    ) -> None:
        room, players = make_game(3, now)
        for player in players[:2]:
            services.answer_submit(round_id=room.round_id, user_id=player.pk, content="x", now=now)
        services.presence_end(code=room.code, user_id=players[2].pk, now=now)
        services.rooms_settle(now=now + timedelta(seconds=29))
        assert Participant.objects.get(user=players[2]).presence == Presence.EXPECTED
        with capture_events(expected=2) as events:
            services.rooms_settle(now=now + timedelta(seconds=30))
        assert types(events) == ["player_left", "voting_started"]
        assert events[0][1]["frame"]["data"]["reason"] == "away"
        assert seats(room) == [0, 1, 2]

    def test_who_comes_back_plays_on(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(3, now)
        services.presence_end(code=room.code, user_id=players[0].pk, now=now)
        later = now + timedelta(seconds=31)
        services.rooms_settle(now=later)
        room.refresh_from_db()
        assert room.host_id == players[1].pk
        with capture_events(expected=1) as events:
            services.room_join(code=room.code, user_id=players[0].pk, username="x", now=later, by_socket=True)
        assert types(events) == ["player_joined"]
        services.answer_submit(round_id=room.round_id, user_id=players[0].pk, content="back", now=later)

    def test_a_leaver_may_return_to_the_running_game(self, now: datetime) -> None:
        room, players = make_game(3, now)
        services.room_leave(code=room.code, user_id=players[1].pk, now=now)
        services.room_join(code=room.code, user_id=players[1].pk, username="x", now=now)
        assert seats(room) == [0, 1, 2]

    def test_a_lobby_frees_the_seat_of_who_stays_away(self, now: datetime) -> None:
        players = UserFactory.create_batch(2)
        room = make_room(players, now)
        services.presence_end(code=room.code, user_id=players[1].pk, now=now)
        services.rooms_settle(now=now + timedelta(seconds=30))
        assert seats(room) == [0]

    def test_a_renewed_lease_ends_the_grace(self, now: datetime) -> None:
        room, players = make_game(2, now)
        services.presence_end(code=room.code, user_id=players[1].pk, now=now)
        pairs = {(room.code, players[1].pk)}
        services.presence_renew(pairs=pairs, now=now + timedelta(seconds=5), by_socket=True)
        services.rooms_settle(now=now + timedelta(seconds=40))
        assert Participant.objects.get(user=players[1]).presence != Presence.AWAY

    def test_a_game_without_players_is_closed_after_two_minutes(self, now: datetime, capture_events: Capture) -> None:
        room, players = make_game(2, now)
        for player in players:
            services.presence_end(code=room.code, user_id=player.pk, now=now)
        gone = now + timedelta(seconds=30)
        services.rooms_settle(now=gone)
        services.rooms_settle(now=gone + timedelta(seconds=119))
        room.refresh_from_db()
        assert room.status == RoomStatus.PLAYING
        with capture_events() as events:
            services.rooms_settle(now=gone + timedelta(seconds=120))
        assert types(events)[-1] == "game_ended"
        assert events[-1][1]["frame"]["data"]["reason"] == "abandoned"

    def test_rooms_are_removed_after_a_day_but_not_under_a_game(self, now: datetime) -> None:
        make_room([UserFactory()], now)
        running, _ = make_game(2, now)
        over, others = make_game(2, now, total_rounds=1)
        vote_round(over, others, answer_all(over, others, now), now)
        services.round_next(code=over.code, user_id=others[0].pk, now=now)
        assert services.rooms_prune(now=now + timedelta(hours=23)) == 0
        assert services.rooms_prune(now=now + timedelta(hours=25)) == 2
        assert list(Room.objects.all()) == [running]
        assert not Vote.objects.exists()
        connection.check_constraints()


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


def keep_present(room: Room, moment: datetime) -> None:
    pairs = [(room.code, user_id) for user_id in Participant.objects.values_list("user_id", flat=True)]
    services.presence_renew(pairs=pairs, now=moment, by_socket=True)
