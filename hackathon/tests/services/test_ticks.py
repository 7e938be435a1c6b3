"""The heartbeat: late, doubled, overlapping, killed and failing ticks do no harm."""

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from hackathon.models import Hackathon, LedgerEntry, LogEntry, World
from hackathon.rules.enums import Cause, GameStatus
from hackathon.services import games, ticks, worlds
from hackathon.tests.digest import START, play_season, season_digest
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import ledger_sums
from tommy.core.selectors import notifications_after

TICK = timedelta(seconds=10)
EVERYONE = {"low": 1, "high": 2**31}


def tick_once(now: datetime) -> int:
    ticks.world_advance(now=now)
    return ticks.shard_tick(**EVERYONE, now=now)


def played(game: Hackathon) -> tuple[int, int]:
    """(ticks the game has played, accounts of ticks in its log)."""
    game.refresh_from_db()
    return game.tick, LogEntry.objects.filter(hackathon=game, type="tick").count()


@pytest.mark.django_db(transaction=True)
class TestClock:
    def test_a_wake_before_its_time_does_nothing(self, now: datetime) -> None:
        begin_game(now)
        assert ticks.world_advance(now=now + timedelta(seconds=5)) is None
        assert World.objects.get().tick == 0

    def test_a_doubled_wake_ticks_once(self, now: datetime) -> None:
        begin_game(now)
        assert ticks.world_advance(now=now + TICK) is not None
        assert ticks.world_advance(now=now + TICK) is None
        assert World.objects.get().tick == 1

    def test_a_late_wake_makes_up_for_it(self, now: datetime) -> None:
        game = begin_game(now)
        tick_once(now + 3 * TICK)
        assert played(game) == (3, 3)

    def test_after_a_standstill_the_world_goes_on_and_says_so(self, now: datetime) -> None:
        game = begin_game(now)
        tick_once(now + 1000 * TICK)
        assert played(game) == (6, 6)
        line = LogEntry.objects.get(hackathon=game, code="world_stood_still")
        assert line.data == {"missed_ticks": 994}
        assert ticks.world_advance(now=now + 1000 * TICK + timedelta(seconds=5)) is None

    def test_a_paused_world_stands_still_and_is_not_made_up_for(self, now: datetime) -> None:
        game = begin_game(now)
        worlds.world_pause(paused=True, now=now)
        tick_once(now + 5 * TICK)
        worlds.world_pause(paused=False, now=now + 5 * TICK)
        tick_once(now + 6 * TICK)
        assert played(game) == (1, 1)

    def test_a_paused_game_stands_still_while_others_go_on(self, now: datetime) -> None:
        paused, running = begin_game(now), begin_game(now)
        games.hackathons_pause(hackathon_ids=[paused.pk])
        tick_once(now + TICK)
        games.hackathons_resume(hackathon_ids=[paused.pk], now=now + TICK)
        tick_once(now + 2 * TICK)
        assert (played(paused)[0], played(running)[0]) == (1, 2)


@pytest.mark.django_db(transaction=True)
class TestShards:
    def test_a_shard_delivered_twice_is_played_once(self, now: datetime) -> None:
        game = begin_game(now)
        ticks.world_advance(now=now + TICK)
        assert ticks.shard_tick(**EVERYONE, now=now + TICK) == 1
        assert ticks.shard_tick(**EVERYONE, now=now + TICK) == 0
        assert played(game) == (1, 1)

    def test_overlapping_shards_play_each_tick_once(self, now: datetime) -> None:
        playing = [begin_game(now) for _ in range(4)]
        ticks.world_advance(now=now + 4 * TICK)

        def work() -> None:
            try:
                ticks.shard_tick(**EVERYONE, now=now + 4 * TICK)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [played(game) for game in playing] == [(4, 4)] * 4

    def test_the_one_bad_game_is_paused_and_the_others_go_on(
        self, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        playing = [begin_game(now) for _ in range(5)]
        bad = playing[2]
        step = ticks.run_tick

        def failing(state: Any, *others: Any) -> Any:
            if bad.pk in state.games.id:
                raise ZeroDivisionError
            return step(state, *others)

        monkeypatch.setattr(ticks, "run_tick", failing)
        tick_once(now + TICK)
        assert [played(game)[0] for game in playing] == [1, 1, 0, 1, 1]
        assert Hackathon.objects.get(pk=bad.pk).status == GameStatus.PAUSED

    def test_arrivals_by_their_own_timer_change_nothing_but_the_moment(self, now: datetime) -> None:
        game = begin_game(now)
        for number in range(1, 7):
            tick_once(now + number * TICK)
        before = game.participants.count()
        ticks.arrivals_spawn(**EVERYONE, now=now + 6 * TICK)
        ticks.arrivals_spawn(**EVERYONE, now=now + 6 * TICK)
        assert game.participants.count() == before + 1
        tick_once(now + 7 * TICK)
        assert game.participants.count() == before + 1

    def test_frames_tell_each_tick_once_and_without_gaps(self, now: datetime) -> None:
        game = begin_game(now)
        for number in range(1, 5):
            tick_once(now + number * TICK)
        frames = notifications_after(game.user_id, 0)
        assert [frame["id"] for frame in frames] == list(range(1, len(frames) + 1))
        assert [frame["tick"] for frame in frames if frame["type"] == "state"] == [0, 1, 2, 3, 4]


KILLED = """
import sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
import time
from tommy.core import clock
from hackathon.services import saving, ticks

def hang(*args, **kwargs):
    print("in the middle", flush=True)
    time.sleep(600)

saving.store.save_games = hang  # people, incidents, letters and log are written; the games' own rows are not
ticks.shard_tick(low=1, high=2**31, now=clock.now())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_shard_leaves_nothing_half_done(now: datetime) -> None:
    games_before = [begin_game(now) for _ in range(3)]
    rows_before = season_digest()
    ticks.world_advance(now=now + TICK)
    command = [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"])]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tommy.settings"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == b"in the middle"
        worker.send_signal(signal.SIGKILL)
    World.objects.update(tick=0, advanced_at=now)
    assert season_digest() == rows_before
    assert tick_once(now + TICK) == 3
    assert [played(game) for game in games_before] == [(1, 1)] * 3


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_same_seed_replays_the_same_season(tmp_path_factory: pytest.TempPathFactory) -> None:
    """60 days on this database in one shard, against another process's SQLite in two; and the ledger explains them."""
    play_season(games=2, days=60, shards=1)
    assert season_digest() == season_of_another_process(tmp_path_factory, "2", "60", "2")
    assert Hackathon.objects.filter(created_at=START, tick__gt=60).count() == 2
    for game in Hackathon.objects.all():
        assert ledger_sums(game) == (game.income_cents, game.income_cents - game.budget_cents)
        causes = set(LedgerEntry.objects.filter(hackathon=game).values_list("cause", flat=True))
        assert {Cause.RENT, Cause.FOOD, Cause.SPONSORS} <= causes


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_standing_orders_replay_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Three games with the example orders in three shards, against another process's SQLite in one."""
    play_season(games=3, days=12, shards=3, players="orders")
    assert season_digest() == season_of_another_process(tmp_path_factory, "3", "12", "1", "orders")


def season_of_another_process(tmp_path_factory: pytest.TempPathFactory, *arguments: str) -> str:
    """The digest of a season on an empty SQLite."""
    alone = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    result = subprocess.run(
        [sys.executable, "-m", "hackathon.tests.digest", *arguments],
        env={**alone, "DATA_DIR": str(tmp_path_factory.mktemp("season")), "DJANGO_SETTINGS_MODULE": "tommy.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.django_db(transaction=True)
def test_eight_writers_and_a_tick_wait_for_each_other_and_none_is_turned_away(now: datetime) -> None:
    """SQLite's defaults would answer "database is locked" here by the dozen."""
    playing = [begin_game(now) for _ in range(8)]
    ticks.world_advance(now=now + 2 * TICK)
    failures: list[Exception] = []

    def write(game: Hackathon) -> None:
        try:
            for number in range(10):
                games.hackathon_rename(user_id=game.user_id, hackathon_id=game.pk, name=f"name {number}")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(game,)) for game in playing]
    for thread in threads:
        thread.start()
    played_now = ticks.shard_tick(**EVERYONE, now=now + 2 * TICK)
    for thread in threads:
        thread.join()
    assert failures == []
    assert played_now == 16
    assert set(Hackathon.objects.values_list("name", flat=True)) == {"name 9"}
