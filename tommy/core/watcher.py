"""The thread that watches over a serving process, and brings it down in order when it is too much."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection

from tommy.core import clock, overload
from tommy.core.overload import Reading, Stage

logger = structlog.get_logger(__name__)

CLOSING_SECONDS = 1.0


def drill_file() -> Path:
    """Touched by ``manage.py self_destruct --drill``; every process that is older than it obeys."""
    return Path(settings.DATA_DIR) / "self_destruct"


class Watcher:
    """Samples, steps through the stages, and calls ``stop`` once at the end; ``destroyed`` says whether it did.

    ``probe_loop`` runs a callback on the server's event loop; how long that takes is the loop's delay.
    """

    def __init__(self, stop: Callable[[], None], probe_loop: Callable[[Callable[[], None]], None]) -> None:
        self._stop, self._probe_loop = stop, probe_loop
        self._started = time.time()
        self._ended = threading.Event()
        self._probed_at: float | None = None
        self._delay = 0.0
        self.destroyed = False
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        overload.register_measure("loop_delay_seconds", self._loop_delay)
        overload.register_measure("memory_mebibytes", memory_mebibytes)
        overload.register_measure("database_seconds", database_seconds)
        overload.register_measure("queue_depth", queue_depth)
        self._thread.start()

    def end(self) -> None:
        """The server is stopping for another reason."""
        self._ended.set()

    def _watch(self) -> None:
        reading = Reading()
        while not self._ended.wait(overload.settings().sample_seconds):
            try:
                values = overload.sample(overload.settings().measures)
                before, reading = reading.stage, overload.next_reading(reading, values, overload.settings())
                if self._is_drill():
                    reading = Reading(Stage.SELF_DESTRUCT)
                if reading.stage is Stage.SELF_DESTRUCT:
                    self._destroy(values)
                    return
                if reading.stage is not before:
                    overload.stage_enter(stage=reading.stage, values=values, now=clock.now())
            except Exception:
                logger.exception("watcher_failed")

    def _destroy(self, values: dict[str, float]) -> None:
        """Tell, count down, close the sockets, and stop; a database that fails must not keep the process alive."""
        self.destroyed = True
        seconds = overload.settings().countdown_seconds
        try:
            overload.stage_enter(stage=Stage.SELF_DESTRUCT, values=values, now=clock.now(), seconds=seconds)
            self._ended.wait(seconds)
            overload.sockets_close()
            self._ended.wait(CLOSING_SECONDS)
        except Exception:
            logger.exception("self_destruct_hurried")
        self._stop()

    def _is_drill(self) -> bool:
        try:
            return drill_file().stat().st_mtime > self._started
        except OSError:
            return False

    def _loop_delay(self) -> float:
        """How long the loop has kept the last probe waiting, or is still keeping it."""
        if self._probed_at is not None:
            return max(self._delay, time.monotonic() - self._probed_at)
        self._probed_at = time.monotonic()
        self._probe_loop(self._answered)
        return self._delay

    def _answered(self) -> None:
        if self._probed_at is not None:
            self._delay, self._probed_at = time.monotonic() - self._probed_at, None


def memory_mebibytes() -> float:
    """Resident memory of this process, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 2**20


def database_seconds() -> float:
    """How long a statement takes that does nothing."""
    begun = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close_if_unusable_or_obsolete()
    return time.monotonic() - begun


def queue_depth() -> float:
    """How many jobs wait."""
    with current_app.connection_for_write() as link:
        declared = link.default_channel.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE, passive=True)
    return float(declared.message_count)
