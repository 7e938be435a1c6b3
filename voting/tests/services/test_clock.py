"""Deadlines, presence and what the sweep does about them."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from voting import services
from voting.models import Participant, Room, Vote
from voting.rules import Phase, Presence, RoomStatus
from voting.tests.factories import answer_all, keep_present, make_game, make_room, seats, vote_round
from voting.tests.observing import Capture, types

pytestmark = pytest.mark.django_db


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
