"""The thread that watches over a serving process, and brings it down in order when it is too much."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import DatabaseError

from tommy.core import clock
from tommy.core.overload import measures, stages
from tommy.core.overload.rules import Reading, Stage, next_reading

logger = structlog.get_logger(__name__)

CLOSING_SECONDS = 1.0
Values = dict[str, float]


class Watcher:
    """Samples, follows the stages, and calls ``stop`` once at the end; ``destroyed`` says whether it did.

    ``probe_loop`` runs a callback on the server's event loop; how long that takes is the loop's delay. ``quiesce`` is
    called as the countdown begins: no new work from then on.
    """

    def __init__(
        self,
        *,
        stop: Callable[[], None],
        quiesce: Callable[[], None],
        probe_loop: Callable[[Callable[[], None]], None],
    ) -> None:
        self._stop, self._quiesce, self._probe_loop = stop, quiesce, probe_loop
        self._started = clock.now()
        self._reading = Reading()
        self._ended = threading.Event()
        self._probed_at: float | None = None
        self._delay = 0.0
        self.destroyed = False
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        measures.register_measure("loop_delay_seconds", self.loop_delay)
        measures.register_measure("memory_mebibytes", measures.memory_mebibytes)
        measures.register_measure("database_seconds", measures.database_seconds)
        measures.register_measure("queue_depth", measures.queue_depth)
        self._thread.start()

    def end(self) -> None:
        """The server is stopping for another reason."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(stages.settings().sample_seconds):
            try:
                rules = stages.settings()
                values = measures.sample(rules.measures)
                self._reading = next_reading(self._reading, values, rules)
                if (ordered_at := self._step(values, clock.now())) is not None:
                    self._destroy(values, ordered_at)
                    return
            except Exception:
                logger.exception("watcher_failed")

    def _step(self, values: Values, now: datetime) -> datetime | None:
        """Agree with the other processes on a stage; answers when the end was ordered, where this process must obey."""
        called = self._reading.stage
        try:
            load = stages.stage_share(called=called, values=values, now=now)
            drill = stages.is_drill_due(load, since=self._started)
            if (called is Stage.SELF_DESTRUCT or drill) and stages.destruction_order(
                values=values, now=now, drill=drill
            ):
                return now
            if load.ordered_at is not None and load.ordered_at > self._started:
                return load.ordered_at
            stages.stage_follow(load, values=values, now=now)
        except DatabaseError:
            # Without the row each process goes by what it measures itself.
            logger.exception("stage_not_shared")
            stages.stage_keep(called, values)
            return now if called is Stage.SELF_DESTRUCT else None
        return None

    def _destroy(self, values: Values, ordered_at: datetime) -> None:
        """No new work, count down, close the sockets, stop; what fails on the way must not keep the process alive."""
        try:
            stages.stage_keep(Stage.SELF_DESTRUCT, values)
            self._quiesce()
            elapsed = (clock.now() - ordered_at).total_seconds()
            self._ended.wait(max(0.0, stages.settings().countdown_seconds - elapsed))
            stages.sockets_close()
            self._ended.wait(CLOSING_SECONDS)
        except Exception:
            logger.exception("self_destruct_hurried")
        if not self._ended.is_set():
            self.destroyed = True
            self._stop()

    def loop_delay(self) -> float:
        """How long, in seconds, the loop has kept the last probe waiting, or is still keeping it."""
        if self._probed_at is not None:
            return max(self._delay, time.monotonic() - self._probed_at)
        # Read before the next probe, which may be answered at once.
        delay, self._probed_at = self._delay, time.monotonic()
        self._probe_loop(self._answered)
        return delay

    def _answered(self) -> None:
        if self._probed_at is not None:
            self._delay, self._probed_at = time.monotonic() - self._probed_at, None
