"""The stage of the server: one row that all processes keep together, and what each process knows of it.

A process renews, with each sample, what it calls for; the row's moments lapse by themselves when nobody does any more,
so a process that dies holds nobody up. Who changes the row's stage tells the clients, in the same transaction: however
many processes there are, each client hears of a stage once. The end is ordered once too, and every process that began
before the order obeys it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import structlog
from django.db.models import Q

from tommy.core.audit import note
from tommy.core.content import content
from tommy.core.db import command
from tommy.core.errors import Unavailable
from tommy.core.metrics import OVERLOAD_STAGE
from tommy.core.models import NotificationCursor, ServerLoad
from tommy.core.overload.rules import OverloadModel, Stage
from tommy.core.realtime import Draft, Event, notify_on_commit, send_to_group

logger = structlog.get_logger(__name__)

FILE = "tommy/overload.json"
EXIT_CODE = 70
# Of this process alone: each closes its own sockets, however much later than the others it ends.
SOCKETS_GROUP = f"server.sockets.{uuid4().hex}"
Values = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class ServerAlarm(Event):
    """The server's stage has changed; ``seconds`` is how long it still lives, where it is about to start anew."""

    type: ClassVar[str] = "panic_alert"

    alarm: str
    stage: str
    seconds: float | None = None


class Overloaded(Unavailable):
    code = "overloaded"
    detail = "The server has too much to do right now; please come back in a moment."


_stage = Stage.CALM


def settings() -> OverloadModel:
    return content.get(FILE, OverloadModel)


def stage() -> Stage:
    """The stage as this process's watcher last saw it; costs nothing. Jobs have no watcher, and ask ``stage_read``."""
    return _stage


def stage_keep(stage: Stage, values: Values) -> None:
    """Let this process act by a stage, and say so in its log and metric."""
    global _stage  # one process, one stage
    if stage is not _stage:
        logger.warning("overload_stage", stage=stage.name.lower(), **{k: round(v, 3) for k, v in values.items()})
    _stage = stage
    OVERLOAD_STAGE.set(stage)


def require_calm() -> None:
    """For answers that can wait (reports): raise Overloaded from *strained* on."""
    if _stage >= Stage.STRAINED:
        raise Overloaded(retry_after=settings().shedding.retry_after_seconds)


def load_read() -> ServerLoad:
    """The row; made where there is none. One statement."""
    row = ServerLoad.objects.filter(pk=ServerLoad.SINGLETON_ID).first()
    return row or ServerLoad.objects.get_or_create(pk=ServerLoad.SINGLETON_ID)[0]


def stage_read(now: datetime) -> Stage:
    """The stage that is in force for all. One statement."""
    return _in_force(load_read(), now)


def stage_share(*, called: Stage, values: Values, now: datetime) -> ServerLoad:
    """Renew what this process calls for, and read what is in force; one statement while it calls for nothing."""
    if called is not Stage.CALM:
        column = "strained_until" if called is Stage.STRAINED else "shedding_until"
        until = now + timedelta(seconds=settings().lapse_seconds)
        load_read()
        # Only ever later: two processes may differ by a moment.
        later = Q(**{f"{column}__lt": until}) | Q(**{column: None})
        ServerLoad.objects.filter(later, pk=ServerLoad.SINGLETON_ID).update(**{column: until, "measured": dict(values)})
    return load_read()


def stage_follow(load: ServerLoad, *, values: Values, now: datetime) -> None:
    """Take over the stage in force; where the row does not have it yet, change it and tell the clients."""
    wanted = _in_force(load, now)
    stage_keep(wanted, values)
    if wanted != load.stage:
        stage_enter(stage=wanted, instead_of=Stage(load.stage), now=now)


def stage_enter(*, stage: Stage, instead_of: Stage, now: datetime) -> bool:
    """Change the row's stage and tell whoever is connected, unless another process has done so: False then."""
    with command():
        known = ServerLoad.objects.filter(pk=ServerLoad.SINGLETON_ID, stage=instead_of)
        if stage is instead_of or not known.update(stage=stage, since=now):
            return False
        _tell(ServerAlarm(alarm="server", stage=stage.name.lower()), now)
    return True


def destruction_order(*, values: Values, now: datetime, drill: bool = False) -> bool:
    """Order the end of every process and begin the countdown, once; False where it was ordered too short a time ago."""
    rules = settings()
    pause = rules.countdown_seconds if drill else rules.again_after_seconds
    load_read()
    with command():
        row = ServerLoad.objects.select_for_update().get(pk=ServerLoad.SINGLETON_ID)
        if row.ordered_at is not None and (now - row.ordered_at).total_seconds() < pause:
            return False
        row.stage, row.since, row.ordered_at, row.measured = Stage.SELF_DESTRUCT, now, now, dict(values)
        row.save()
        seconds = rules.countdown_seconds
        _tell(ServerAlarm(alarm="server", stage=Stage.SELF_DESTRUCT.name.lower(), seconds=seconds), now)
    return True


def drill_request(*, now: datetime) -> None:
    """Ask the serving processes for a rehearsal: the first that sees it orders the end."""
    load_read()
    with command():
        ServerLoad.objects.filter(pk=ServerLoad.SINGLETON_ID).update(drill_at=now)
        note("server", {}, {"drill_at": now.isoformat()})


def is_drill_due(load: ServerLoad, *, since: datetime) -> bool:
    """Somebody asked for a rehearsal after ``since``, and it has not begun."""
    if load.drill_at is None or load.drill_at <= since:
        return False
    return load.ordered_at is None or load.ordered_at < load.drill_at


def sockets_close() -> None:
    """Ask every socket of this process to close with 1012, after the frames that are on their way."""
    send_to_group(SOCKETS_GROUP, {"type": "server.restarting"})


def _in_force(load: ServerLoad, now: datetime) -> Stage:
    if load.ordered_at is not None and (now - load.ordered_at).total_seconds() < settings().countdown_seconds:
        return Stage.SELF_DESTRUCT
    if load.shedding_until is not None and load.shedding_until > now:
        return Stage.SHEDDING
    return Stage.STRAINED if load.strained_until is not None and load.strained_until > now else Stage.CALM


def _tell(event: ServerAlarm, now: datetime) -> None:
    connected = NotificationCursor.objects.filter(connected_until__gt=now).order_by("user_id")
    users = connected.values_list("user_id", flat=True)
    notify_on_commit([Draft(user_id, event.type, None, event.payload()) for user_id in users], now=now)
