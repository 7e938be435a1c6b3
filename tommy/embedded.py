"""A serving process: Daphne in the main thread, and, embedded, Celery's worker and beat in threads beside it.

Used by ``manage.py up`` only. The order of stopping matters: first beat (no new work), then the worker (what runs is
finished, what waits is in the database and found by the next sweep), and the server last, so that frames of the last
jobs still reach their sockets.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from celery.beat import EmbeddedService
from django.conf import settings

from tommy.celery import SELF_DESTRUCT
from tommy.celery import app as celery_app
from tommy.core import overload
from tommy.core.overload.watcher import Watcher
from tommy.core.signals import reload_content_on_hangup

logger = structlog.get_logger(__name__)

# One process shares one interpreter lock: with Python's 5 ms a tick in a worker thread would hold up every request.
# Without jobs beside them, requests mostly wait for the database, and handing the lock about costs them a fifth.
SWITCH_INTERVAL_SECONDS = 0.0002
STOP_TIMEOUT_SECONDS = 20


class BackgroundWork:
    """The clock and the jobs of an embedded server."""

    def __init__(self) -> None:
        self._worker = celery_app.WorkController(
            pool_cls="threads",
            concurrency=settings.ENV.worker_threads,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self._worker_thread = threading.Thread(target=self._worker.start, name="worker", daemon=True)
        self._beat = EmbeddedService(celery_app, thread=True, scheduler_cls="celery.beat:Scheduler", max_interval=0.5)
        self._stopping, self._stopped = threading.Lock(), False

    def start(self) -> None:
        self._worker_thread.start()
        self._beat.start()

    def stop(self) -> None:
        """Stop beat, let the worker finish what it has begun, within a limit; once, however often it is called."""
        with self._stopping:
            if not self._stopped:
                self._stop()
            self._stopped = True

    def _stop(self) -> None:
        self._beat.stop()
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        self._worker.stop(in_sighandler=False, exitcode=0)
        self._worker_thread.join(max(0.0, deadline - time.monotonic()))
        logger.info("background_work_stopped", clean=not self._worker_thread.is_alive())


def serve(host: str, port: int, *, with_background: bool) -> bool:
    """Serve until SIGINT or SIGTERM, or until it is too much: True then. Raises OSError where the port is taken."""
    from daphne.server import Server
    from twisted.internet import reactor
    from twisted.internet.threads import deferToThread

    from tommy.asgi import application
    from tommy.core.http.serving import prepare_daphne

    reload_content_on_hangup()
    prepare_daphne()
    quiesce: Callable[[], None] = stop_workers
    if with_background:
        sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        work = BackgroundWork()
        quiesce = work.stop
        reactor.callWhenRunning(work.start)  # type: ignore[attr-defined]
        reactor.addSystemEventTrigger("before", "shutdown", deferToThread, work.stop)  # type: ignore[attr-defined]
    watcher = Watcher(
        stop=lambda: stop_or_die(reactor),
        quiesce=quiesce,
        probe_loop=lambda answer: reactor.callFromThread(answer),  # type: ignore[attr-defined]
    )
    reactor.callWhenRunning(watcher.start)  # type: ignore[attr-defined]
    server: Any = Server(
        application=application,
        endpoints=[f"tcp:port={port}:interface={host.replace(':', chr(92) + ':')}"],
        signal_handlers=True,
        websocket_timeout=-1,
        application_close_timeout=5,
        server_name="tommy",
    )
    server.run()
    watcher.end()
    return watcher.destroyed


def stop_workers() -> None:
    """Ask the worker processes to finish what they have begun and to exit as this process will."""
    celery_app.control.broadcast(SELF_DESTRUCT)


def stop_or_die(reactor: Any) -> None:
    """Stop in order; a process that cannot do that in time ends all the same, and its transactions are rolled back."""
    last_resort = threading.Timer(overload.settings().stop_within_seconds, os._exit, [overload.EXIT_CODE])
    last_resort.daemon = True
    last_resort.start()
    reactor.callFromThread(reactor.stop)
