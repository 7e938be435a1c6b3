"""A server that knows when it is too much: calm, strained, shedding, self-destruct.

A watcher thread of every serving process measures every second how late ticks are, how long the queue, how slow the
event loop and the database, how big the process. ``overload.json`` says from which value on each stage is called for.
A stage is entered after some samples in a row, and left, one step down at a time, after more of them well below its
threshold. What one process calls for is in force for all.

Strained: what can wait is postponed. Shedding: no new sockets, and who writes most waits; reads go on. Self-destruct:
a countdown that all clients are told of, no new work, and every process ends in order with exit code 70, for its
supervisor to start it anew. Nothing is saved at that moment, because everything acknowledged is committed already.

``rules`` are pure; ``measures`` say how much it is; ``stages`` keep what all processes agree on; ``watcher`` is the
thread. Only the latter imports the others.
"""

from tommy.core.content import content
from tommy.core.overload.measures import register_measure
from tommy.core.overload.rules import OverloadModel, Stage, WriteCounter
from tommy.core.overload.stages import (
    EXIT_CODE,
    FILE,
    SOCKETS_GROUP,
    Overloaded,
    ServerAlarm,
    drill_request,
    require_calm,
    settings,
    stage,
    stage_read,
)

__all__ = [
    "EXIT_CODE",
    "FILE",
    "SOCKETS_GROUP",
    "OverloadModel",
    "Overloaded",
    "ServerAlarm",
    "Stage",
    "WriteCounter",
    "drill_request",
    "register",
    "register_measure",
    "require_calm",
    "settings",
    "stage",
    "stage_read",
]


def register() -> None:
    """Make ``overload.json`` known to the loader; called once, at start."""
    content.register(FILE, OverloadModel)
