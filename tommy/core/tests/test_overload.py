"""Stages are entered and left with patience; while shedding, reads go on and the greedy wait."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from pydantic import ValidationError
from rest_framework.test import APIClient

from accounts.models import User
from tommy.core import overload
from tommy.core.content import content
from tommy.core.http import shedding
from tommy.core.overload import OverloadModel, Reading, Stage, Thresholds, WriteCounter, next_reading
from tommy.core.realtime import mark_connected
from tommy.core.selectors import notifications_after

RULES = content.get(overload.FILE, OverloadModel)
QUEUE = RULES.measures["queue_depth"]


def after(reading: Reading, depth: float, samples: int) -> Reading:
    for _ in range(samples):
        reading = next_reading(reading, {"queue_depth": depth}, RULES)
    return reading


@pytest.fixture
def _calm_afterwards() -> Iterator[None]:
    yield
    overload._stage = Stage.CALM


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


@pytest.mark.usefixtures("_calm_afterwards")
@pytest.mark.django_db(transaction=True)
class TestShedding:
    def enter(self, stage: Stage, now: datetime) -> None:
        overload.stage_enter(stage=stage, values={}, now=now)

    def test_everybody_connected_is_told(self, now: datetime) -> None:
        user = User.objects.create_user("ada@example.org", "ada", "secret")
        mark_connected(user.pk, now)
        self.enter(Stage.SHEDDING, now)
        (frame,) = notifications_after(user.pk, 0)
        assert (frame["type"], frame["data"]["stage"]) == ("panic_alert", "shedding")

    def test_reads_go_on_and_greedy_writes_wait(
        self, now: datetime, api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shedding, "_writes", WriteCounter())
        monkeypatch.setattr(shedding.time, "monotonic", lambda: 7.0)
        self.enter(Stage.SHEDDING, now)
        tries = RULES.shedding.writes_in_window + 1
        answers = [api.post("/api/login", {"email": "a@example.org", "password": "x"}) for _ in range(tries)]
        assert [answer.status_code == 503 for answer in answers] == [False] * (tries - 1) + [True]
        assert answers[-1].json()["code"] == "overloaded"
        assert answers[-1]["Retry-After"] == str(RULES.shedding.retry_after_seconds)
        assert api.get("/health").status_code == 200

    def test_before_the_end_nobody_writes(self, now: datetime, api: APIClient) -> None:
        self.enter(Stage.SELF_DESTRUCT, now)
        assert api.post("/api/login", {}).status_code == 503

    def test_what_can_wait_waits_from_strained_on(self, now: datetime) -> None:
        overload.require_calm()
        self.enter(Stage.STRAINED, now)
        with pytest.raises(overload.Overloaded):
            overload.require_calm()
