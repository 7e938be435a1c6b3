"""Opening, joining, watching, leaving, kicking."""

from datetime import datetime

import pytest

from accounts.tests.factories import UserFactory
from voting import errors, selectors, services
from voting.models import Participant
from voting.tests.factories import make_game, make_room, seats
from voting.tests.observing import Capture, types

pytestmark = pytest.mark.django_db


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
