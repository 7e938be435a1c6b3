"""Stages are entered and left with patience, by all processes alike; while shedding, reads go on, the greedy wait."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pydantic import ValidationError
from rest_framework.test import APIClient

from accounts.models import User
from tommy.core import overload
from tommy.core.content import content
from tommy.core.http import shedding
from tommy.core.models import ServerLoad
from tommy.core.overload import OverloadModel, Stage, WriteCounter, measures, stages
from tommy.core.overload.rules import Reading, Thresholds, next_reading
from tommy.core.overload.watcher import Watcher
from tommy.core.realtime import mark_connected
from tommy.core.selectors import notifications_after

RULES = content.get(overload.FILE, OverloadModel)
QUEUE = RULES.measures["queue_depth"]
LAPSE = timedelta(seconds=RULES.lapse_seconds)
MANY = {"queue_depth": 3000.0}


def after(reading: Reading, depth: float, samples: int) -> Reading:
    for _ in range(samples):
        reading = next_reading(reading, {"queue_depth": depth}, RULES)
    return reading


@pytest.fixture
def _calm_afterwards() -> Iterator[None]:
    yield
    stages.stage_keep(Stage.CALM, {})


class TestSteps:
    def test_a_peak_is_no_trend(self) -> None:
        reading = after(Reading(), QUEUE.shedding, RULES.samples_up - 1)
        assert after(reading, 0, 1) == Reading()

    def test_up_at_once_to_what_is_called_for(self) -> None:
        assert after(Reading(), QUEUE.strained, RULES.samples_up).stage is Stage.STRAINED
        assert after(Reading(), QUEUE.self_destruct, RULES.samples_up).stage is Stage.SELF_DESTRUCT

    def test_down_one_step_at_a_time_and_late(self) -> None:
        shedding = Reading(Stage.SHEDDING)
        assert after(shedding, 0, RULES.samples_down - 1).stage is Stage.SHEDDING
        assert after(shedding, 0, RULES.samples_down).stage is Stage.STRAINED
        assert after(shedding, 0, 2 * RULES.samples_down).stage is Stage.CALM

    def test_just_below_the_threshold_nothing_moves(self) -> None:
        depth = QUEUE.strained * (1 + RULES.leave_below) / 2
        assert after(Reading(Stage.STRAINED), depth, 100).stage is Stage.STRAINED
        assert after(Reading(), depth, 100).stage is Stage.CALM

    def test_a_measure_that_is_not_named_says_nothing(self) -> None:
        assert next_reading(Reading(), {"moon_phase": 1e9}, RULES) == Reading()

    def test_thresholds_rise(self) -> None:
        with pytest.raises(ValidationError):
            Thresholds(strained=2, shedding=1, self_destruct=3)


def test_the_greedy_are_those_beyond_their_share_of_a_window() -> None:
    counter, rules = WriteCounter(), RULES.shedding
    answers = [counter.is_greedy("ada", 1.0, rules) for _ in range(rules.writes_in_window + 2)]
    assert answers == [False] * rules.writes_in_window + [True, True]
    assert not counter.is_greedy("eve", 1.0, rules)
    assert not counter.is_greedy("ada", 1.0 + rules.window_seconds, rules)


def agree(called: Stage, now: datetime) -> Stage:
    """One sample of a process that calls for a stage; answers the stage it then acts by."""
    load = stages.stage_share(called=called, values=MANY, now=now)
    stages.stage_follow(load, values=MANY, now=now)
    return overload.stage()


@pytest.fixture
def listener(db: None, now: datetime) -> User:
    user = User.objects.create_user("ada@example.org", "ada", "secret")
    mark_connected(user.pk, now)
    return user


def told(user: User) -> list[tuple[str, float | None]]:
    frames = notifications_after(user.pk, 0)
    assert {frame["type"] for frame in frames} <= {"panic_alert"}
    return [(frame["data"]["stage"], frame["data"]["seconds"]) for frame in frames]


@pytest.mark.usefixtures("_calm_afterwards")
@pytest.mark.django_db(transaction=True)
class TestSharing:
    def test_what_one_process_calls_for_is_in_force_for_all(self, now: datetime) -> None:
        assert agree(Stage.SHEDDING, now) is Stage.SHEDDING
        assert agree(Stage.CALM, now) is Stage.SHEDDING
        assert overload.stage_read(now) is Stage.SHEDDING

    def test_it_lapses_when_nobody_renews_it(self, now: datetime) -> None:
        agree(Stage.STRAINED, now)
        assert agree(Stage.CALM, now + LAPSE) is Stage.CALM

    def test_the_higher_call_wins_while_it_lasts(self, now: datetime) -> None:
        agree(Stage.SHEDDING, now)
        assert agree(Stage.STRAINED, now + LAPSE / 2) is Stage.SHEDDING
        assert agree(Stage.STRAINED, now + LAPSE) is Stage.STRAINED

    def test_each_stage_is_told_once_however_many_processes_enter_it(self, listener: User, now: datetime) -> None:
        for step in (0, 0, LAPSE / 2, LAPSE * 2, LAPSE * 2):
            agree(Stage.STRAINED if step in (0, LAPSE / 2) else Stage.CALM, now + (step or timedelta()))
        assert told(listener) == [("strained", None), ("calm", None)]

    def test_a_late_process_does_not_undo_what_a_quicker_one_entered(self, listener: User, now: datetime) -> None:
        late = stages.load_read()
        agree(Stage.SHEDDING, now)
        stages.stage_follow(late, values={}, now=now)
        assert ServerLoad.objects.get().stage == Stage.SHEDDING
        assert told(listener) == [("shedding", None)]

    def test_in_calm_a_sample_costs_one_statement(self, now: datetime, django_assert_num_queries: Any) -> None:
        stages.load_read()
        with django_assert_num_queries(1):
            agree(Stage.CALM, now)


@pytest.mark.usefixtures("_calm_afterwards")
@pytest.mark.django_db(transaction=True)
class TestOrder:
    def test_the_end_is_ordered_and_told_once(self, listener: User, now: datetime) -> None:
        orders = [stages.destruction_order(values=MANY, now=now) for _ in range(3)]
        assert orders == [True, False, False]
        assert told(listener) == [("self_destruct", RULES.countdown_seconds)]
        assert overload.stage_read(now) is Stage.SELF_DESTRUCT

    def test_a_second_one_too_soon_would_mend_nothing(self, now: datetime) -> None:
        stages.destruction_order(values=MANY, now=now)
        soon = now + timedelta(seconds=RULES.again_after_seconds - 1)
        assert not stages.destruction_order(values=MANY, now=soon)
        assert agree(Stage.SELF_DESTRUCT, soon) is Stage.SHEDDING
        assert stages.destruction_order(values=MANY, now=soon + timedelta(seconds=1))

    def test_whoever_begins_after_it_is_calm_and_says_so(self, listener: User, now: datetime) -> None:
        stages.destruction_order(values=MANY, now=now)
        later = now + timedelta(seconds=RULES.countdown_seconds)
        assert agree(Stage.CALM, later) is Stage.CALM
        assert [stage for stage, _ in told(listener)] == ["self_destruct", "calm"]

    def test_a_drill_is_due_once_and_only_for_those_who_were_there(self, now: datetime) -> None:
        before, later = now - timedelta(seconds=1), now + timedelta(seconds=1)
        overload.drill_request(now=now)
        assert stages.is_drill_due(stages.load_read(), since=before)
        assert not stages.is_drill_due(stages.load_read(), since=later)
        stages.destruction_order(values={}, now=later, drill=True)
        assert not stages.is_drill_due(stages.load_read(), since=before)


def watcher(happened: list[str]) -> Watcher:
    return Watcher(
        stop=lambda: happened.append("stop"),
        quiesce=lambda: happened.append("quiesce"),
        probe_loop=lambda answer: answer(),
    )


@pytest.mark.usefixtures("_calm_afterwards")
@pytest.mark.django_db(transaction=True)
class TestWatcher:
    @pytest.fixture(autouse=True)
    def _quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        quick = RULES.model_copy(update={"countdown_seconds": 0.2, "sample_seconds": 0.05})
        monkeypatch.setattr(stages, "settings", lambda: quick)
        monkeypatch.setattr("tommy.core.overload.watcher.CLOSING_SECONDS", 0.05)

    def run(self, seen: Watcher) -> None:
        seen.start()
        try:
            seen._thread.join(20)
            assert not seen._thread.is_alive()
        finally:
            seen.end()
            seen._thread.join()

    def test_of_two_processes_both_end_in_order_and_one_gave_the_order(self) -> None:
        first, second = list[str](), list[str]()
        one, other = watcher(first), watcher(second)
        overload.drill_request(now=timezone.now())
        one.start()
        self.run(other)
        one._thread.join(20)
        assert first == second == ["quiesce", "stop"]
        assert one.destroyed
        assert other.destroyed

    def test_a_process_that_begins_after_the_order_lives(self) -> None:
        stages.destruction_order(values={}, now=timezone.now())
        happened: list[str] = []
        later = watcher(happened)
        later.start()
        time.sleep(0.6)
        later.end()
        later._thread.join()
        assert happened == []
        assert not later.destroyed

    def test_stopped_during_the_countdown_it_stays_stopped(self) -> None:
        happened: list[str] = []
        seen = watcher(happened)
        seen._quiesce = seen.end
        overload.drill_request(now=timezone.now())
        self.run(seen)
        assert happened == []
        assert not seen.destroyed

    def test_without_a_database_it_goes_by_its_own_measures(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(**arguments: Any) -> None:
            raise DatabaseError

        monkeypatch.setattr(stages, "stage_share", broken)
        seen = watcher([])
        seen._reading = Reading(Stage.SHEDDING)
        assert seen._step({}, timezone.now()) is None
        assert overload.stage() is Stage.SHEDDING
        seen._reading = Reading(Stage.SELF_DESTRUCT)
        assert seen._step({}, timezone.now()) is not None


class TestMeasures:
    """Each signal, from the real thing that it measures."""

    def test_a_loop_that_is_held_up(self) -> None:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        seen = Watcher(stop=list, quiesce=list, probe_loop=lambda answer: loop.call_soon_threadsafe(answer))
        held_up = threading.Event()
        try:
            seen.loop_delay()
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
            quick = seen.loop_delay()
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
            loop.call_soon_threadsafe(held_up.wait)
            seen.loop_delay()
            time.sleep(0.5)
            assert seen.loop_delay() >= max(0.5, quick)  # still waiting for its answer
            held_up.set()
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
            assert 0.5 <= seen.loop_delay() < 30  # what the last answer took
        finally:
            held_up.set()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def test_memory_that_is_used(self) -> None:
        before = measures.memory_mebibytes()
        held = bytearray(b"x" * 2**26)
        assert measures.memory_mebibytes() - before > 50
        assert len(held) == 2**26

    def test_jobs_that_wait(self) -> None:
        before = measures.queue_depth()
        for _ in range(3):
            current_app.send_task("core.nobody")
        try:
            assert measures.queue_depth() - before == 3
        finally:
            current_app.control.purge()

    @pytest.mark.django_db(transaction=True)
    def test_a_database_that_keeps_one_waiting(self, on_postgres: bool) -> None:
        assert measures.database_seconds() < 1
        holders = settings.ENV.database_pool_size if on_postgres else 1
        with held_connections(holders):
            waited = measures.database_seconds()
        assert waited >= 0.2

    def test_one_that_fails_is_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(measures._measures, "broken", lambda: 1 / 0)
        monkeypatch.setitem(measures._measures, "sound", lambda: 2.0)
        assert measures.sample(["broken", "sound", "unknown"]) == {"sound": 2.0}


@contextmanager
def held_connections(count: int) -> Iterator[None]:
    """Transactions of other threads that last a moment: SQLite's one right to write, or all of a pool."""

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                time.sleep(0.8)
        finally:
            connection.close()

    connection.close()
    threads = [threading.Thread(target=hold) for _ in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    yield
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("_calm_afterwards")
@pytest.mark.django_db(transaction=True)
class TestShedding:
    def test_reads_go_on_and_greedy_writes_wait(self, api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shedding, "_writes", WriteCounter())
        monkeypatch.setattr(shedding.time, "monotonic", lambda: 7.0)
        stages.stage_keep(Stage.SHEDDING, {})
        tries = RULES.shedding.writes_in_window + 1
        answers = [api.post("/api/login", {"email": "a@example.org", "password": "x"}) for _ in range(tries)]
        assert [answer.status_code == 503 for answer in answers] == [False] * (tries - 1) + [True]
        assert answers[-1].json()["code"] == "overloaded"
        assert answers[-1]["Retry-After"] == str(RULES.shedding.retry_after_seconds)
        assert api.get("/health").status_code == 200

    def test_strangers_behind_one_proxy_are_not_one_client(
        self, api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shedding, "_writes", WriteCounter())
        monkeypatch.setattr("rest_framework.throttling.api_settings.NUM_PROXIES", 1)
        stages.stage_keep(Stage.SHEDDING, {})
        post: Callable[[str], Any] = lambda address: api.post("/api/login", {}, headers={"X-Forwarded-For": address})  # noqa: E731
        greedy = [post("198.51.100.1").status_code for _ in range(RULES.shedding.writes_in_window + 1)]
        assert greedy[-1] == 503
        assert post("198.51.100.2").status_code == 400

    def test_before_the_end_nobody_writes(self, api: APIClient) -> None:
        stages.stage_keep(Stage.SELF_DESTRUCT, {})
        assert api.post("/api/login", {}).status_code == 503

    def test_what_can_wait_waits_from_strained_on(self) -> None:
        overload.require_calm()
        stages.stage_keep(Stage.STRAINED, {})
        with pytest.raises(overload.Overloaded):
            overload.require_calm()
