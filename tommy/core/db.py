"""Transactions of commands: durable, idempotent where the client asks for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

BeforeCommit = Callable[[], None]

_before_commit: list[BeforeCommit] = []


def before_commit(action: BeforeCommit) -> None:
    """Run ``action`` as the last statement of every command, inside its transaction; called once, at start."""
    _before_commit.append(action)


# Work that a request wants done inside the first command it runs, such as claiming its Idempotency-Key: what the
# command writes and the claim then stand or fall together.
_on_begin: ContextVar[BeforeCommit | None] = ContextVar("on_begin", default=None)


@contextmanager
def command() -> Iterator[None]:
    """One durable transaction: the outermost of its thread, or an error that says so at once.

    Services open it around everything they write. Nothing inside may wait for a network.
    """
    with transaction.atomic(durable=True):
        claim = _on_begin.get()
        if claim is not None:
            _on_begin.set(None)
            claim()
        yield
        for action in _before_commit:
            action()


@contextmanager
def on_begin(action: BeforeCommit) -> Iterator[None]:
    """Run ``action`` as the first statement of the next command of this context, inside its transaction."""
    token = _on_begin.set(action)
    try:
        yield
    finally:
        _on_begin.reset(token)
