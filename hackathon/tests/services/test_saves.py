"""A save is complete: whatever happens after it, loading it brings back every row."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from hackathon import catalogue, errors, models
from hackathon.models import Hackathon, HousingLease, HousingListing, InboxMessage, SaveGame
from hackathon.rules.enums import GameStatus, ListingStatus
from hackathon.services import games, inbox, people, saves
from hackathon.services.snapshots import KEPT, OWN
from hackathon.tests.factories import PlayerFactory, begin_game
from hackathon.tests.playing import act, at_once, play
from tommy.core.models import Notification, NotificationCursor

pytestmark = pytest.mark.django_db(transaction=True)
# What staff set off fires once, also for a game that goes back to before it.
NOT_OF_A_GAME = {"AdminEvent", "AdminEventDelivery", "Hackathon", "HousingListing", "SaveGame", "World"}


def rows_of(game: Hackathon) -> dict[str, Any]:
    """Every row of a game, by table."""
    found: dict[str, Any] = {kept.name: list(kept.rows(game.pk).order_by("pk").values()) for kept in KEPT}
    row = Hackathon.objects.filter(pk=game.pk).values().get()
    found["logentry"] = [line for line in found["logentry"] if line["code"] != "game_loaded"]
    return {**found, "game": {name: value for name, value in row.items() if name not in OWN}}


def save(game: Hackathon, now: datetime, name: str = "") -> SaveGame:
    return saves.game_save(user_id=game.user_id, hackathon_id=game.pk, name=name, now=now)


def load(stored: SaveGame, now: datetime) -> Hackathon:
    return saves.game_load(user_id=stored.hackathon.user_id, save_id=stored.pk, now=now)


def begin_demo(now: datetime) -> Hackathon:
    """A game that a sensible autopilot plays."""
    game = begin_game(now)
    Hackathon.objects.filter(pk=game.pk).update(autopilot="sensible")
    return game


def test_every_table_of_a_game_is_kept() -> None:
    kept = {entry.model.__name__ for entry in KEPT}
    assert kept == set(models.__all__) - NOT_OF_A_GAME


def test_loading_brings_back_every_row_after_days_of_play(now: datetime) -> None:
    game = begin_demo(now)
    now = play(20, now)
    stored, before = save(game, now), rows_of(game)
    now = play(40, now)
    letter = InboxMessage.objects.filter(hackathon=game).earliest("id")
    inbox.message_read(user_id=game.user_id, message_id=letter.pk, now=now)
    person = game.participants.latest("id")
    people.participant_remove(user_id=game.user_id, participant_id=person.pk, now=now)
    load(stored, now)
    assert rows_of(game) == before


def test_the_loaded_run_goes_on_ticking_with_the_same_luck(now: datetime) -> None:
    game = begin_demo(now)
    now = play(10, now)
    stored = save(game, now)
    play(1, now)
    first = Hackathon.objects.values_list("tick", "stress", "budget_cents").get()
    load(stored, now + timedelta(seconds=10))
    play(1, now + timedelta(seconds=10))
    assert Hackathon.objects.values_list("tick", "stress", "budget_cents").get() == first


def test_saves_of_several_tellings_stay_whole_however_one_goes_back_and_forth(now: datetime) -> None:
    game = begin_demo(now)
    now = play(8, now)
    moments = [(save(game, now), rows_of(game))]
    now = play(14, now)
    moments.append((save(game, now), rows_of(game)))
    load(moments[0][0], now)
    now = play(9, now)
    moments.append((save(game, now), rows_of(game)))
    for place in (1, 2, 0, 2, 1, 0):
        load(moments[place][0], now)
        assert rows_of(game) == moments[place][1], place
        now = play(3, now)


def test_a_lost_game_can_be_taken_up_again(now: datetime) -> None:
    game = begin_game(now)
    stored = save(game, now)
    Hackathon.objects.update(status=GameStatus.LOST, ended_at=now)
    loaded = load(stored, now)
    assert (loaded.status, loaded.ended_at) == (GameStatus.RUNNING, None)


def test_an_ended_game_is_not_taken_up_beyond_the_limit_of_running_ones(now: datetime) -> None:
    game = begin_game(now)
    stored = save(game, now)
    Hackathon.objects.update(status=GameStatus.LOST)
    for number in range(catalogue.clock_settings().running_per_player):
        games.hackathon_create(user_id=game.user_id, now=now, name=f"run {number}")
    with pytest.raises(errors.TooManyHackathons):
        load(stored, now)
    game.refresh_from_db()
    assert game.status == GameStatus.LOST


def test_beds_leased_since_go_back_to_the_market(now: datetime) -> None:
    game = begin_game(now)
    listing = HousingListing.objects.filter(status=ListingStatus.OPEN).first()
    assert listing is not None
    early = save(game, now)
    act(game, "lease_housing", now, listing.pk, beds=2)
    late = save(game, now)
    load(early, now)
    listing.refresh_from_db()
    assert (listing.occupied, HousingLease.objects.filter(hackathon=game).count()) == (0, 1)
    load(late, now)
    listing.refresh_from_db()
    assert (listing.occupied, HousingLease.objects.filter(hackathon=game).count()) == (2, 2)


def test_another_players_save_is_as_good_as_none(now: datetime) -> None:
    stored = save(begin_game(now), now)
    with pytest.raises(errors.SaveNotFound):
        saves.game_load(user_id=PlayerFactory().pk, save_id=stored.pk, now=now)


def test_the_oldest_saves_make_room(now: datetime) -> None:
    game = begin_game(now)
    limit = catalogue.save_settings().manual_per_game
    kept = [save(game, now, f"save {number}").pk for number in range(limit + 2)]
    assert sorted(SaveGame.objects.values_list("id", flat=True)) == kept[2:]


def test_loading_at_once_with_ticks_leaves_one_whole_state(now: datetime) -> None:
    game = begin_game(now)
    stored, before = save(game, now), rows_of(game)
    play(5, now)
    outcomes = at_once(6, lambda number: load(stored, now) if number else play(6, now))
    assert outcomes == {"ok": 6}
    load(stored, now)
    assert rows_of(game) == before


class TestAutosave:
    def test_only_games_whose_players_acted_are_saved_again(self, now: datetime) -> None:
        acting, idle = begin_game(now), begin_game(now)
        assert saves.games_autosave(now=now) == 2
        assert saves.games_autosave(now=now) == 0
        act(acting, "rest", now)
        play(1, now)
        assert saves.games_autosave(now=now) == 1
        counts = [SaveGame.objects.filter(hackathon=game, automatic=True).count() for game in (acting, idle)]
        assert counts == [2, 1]

    def test_the_last_few_are_kept_and_named_saves_are_not_touched(self, now: datetime) -> None:
        game = begin_game(now)
        mine = save(game, now)
        limit = catalogue.save_settings().automatic_per_game
        for _ in range(limit + 2):
            act(game, "rest", now)
            saves.games_autosave(now=now)
        assert SaveGame.objects.filter(automatic=True).count() == limit
        assert SaveGame.objects.filter(pk=mine.pk).exists()

    def test_a_game_that_is_locked_has_its_turn_next_time(self, now: datetime, on_postgres: bool) -> None:
        if not on_postgres:
            pytest.skip("SQLite has no row locks to skip")
        game = begin_game(now)
        with transaction.atomic():
            Hackathon.objects.select_for_update().get(pk=game.pk)
            assert at_once(1, lambda _: saves.games_autosave(now=now)) == {"ok": 1}
        connection.close()
        assert not SaveGame.objects.exists()
        assert saves.games_autosave(now=now) == 1


def test_a_load_that_waits_for_the_game_lets_a_tick_write_for_the_account(now: datetime, on_postgres: bool) -> None:
    """A tick holds the game, and may then write the account's first notification: neither waits for the other."""
    if not on_postgres:
        pytest.skip("SQLite has one writer at a time")
    stored = save(begin_game(now), now)
    owner = stored.hackathon.user_id
    Notification.objects.filter(user_id=owner).delete()
    NotificationCursor.objects.filter(user_id=owner).delete()
    loading = threading.Thread(target=lambda: at_once(1, lambda _: load(stored, now)))
    with transaction.atomic():
        Hackathon.objects.select_for_update().get(pk=stored.hackathon_id)
        loading.start()
        wait_until_somebody_waits()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        NotificationCursor.objects.create(user_id=owner)
    loading.join()
    assert Hackathon.objects.get(pk=stored.hackathon_id).status == GameStatus.RUNNING


def wait_until_somebody_waits() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
