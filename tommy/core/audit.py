"""The audit log: who did what, when, with what input, and what it changed.

An entry point opens an act (``acting``); every command that runs inside it writes one row in its own transaction, with
what its service noted (``note``): change and trace stand or fall together. What was refused, or changed without a
command (Django admin's forms), is written when the act ends. Ticks and other work that nobody asked for leave no row:
the players' own logs tell of it. What standing orders did in a tick is recorded for many games at once (``record``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from django.db import DatabaseError, models
from django.db.models.signals import post_save, pre_save

from tommy.core import clock
from tommy.core.bulk import insert_objects, insert_rows
from tommy.core.db import before_commit
from tommy.core.models import AuditEntry

JSON = dict[str, Any]

# Secrets, what names a person, and what people say in their own words or vote for: answers are anonymous, here too.
_SECRET = ("password", "token", "secret", "email", "full_name", "authorization", "answer", "content")
HIDDEN = "…"
# JSON knows no limit to a number, but what writes it here does.
LONGEST_NUMBER_BITS = 64  # with its sign
# Apps whose rows only say that something was done, or who is logged in.
_RECORDS = frozenset({"admin", "core", "sessions", "migrations"})


@dataclass
class Act:
    """What somebody is doing; ``actor``, ``action`` and ``given`` are asked when a row is written, as far as they know
    then.
    """

    actor: Callable[[], UUID | None]
    source: str
    action: Callable[[], str]
    target: str
    request_id: str
    given: Callable[[], Any]
    before: JSON = field(default_factory=dict)
    after: JSON = field(default_factory=dict)
    entry: AuditEntry | None = None


_acts: ContextVar[tuple[Act, ...]] = ContextVar("acts", default=())


@contextmanager
def acting(*acts: Act) -> Iterator[None]:
    """Let the commands of this context leave rows in the name of each of these; several, where one command carries out
    what several people have asked for."""
    token = _acts.set(acts)
    try:
        yield
    finally:
        _acts.reset(token)


@contextmanager
def unasked() -> Iterator[None]:
    """Around work that comes along with an act and that nobody asked for, such as a tick that is made up for."""
    token = _acts.set(())
    try:
        yield
    finally:
        _acts.reset(token)


def note(thing: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Say, inside a command, what it changed of ``thing`` (``hackathon:7``); only members that differ are kept."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    for act in _acts.get() if changed else ():
        # A thing may be noted twice: by the service that changed it, and by the form that did more.
        act.before.setdefault(thing, {}).update(redacted({name: before.get(name) for name in changed}))
        act.after.setdefault(thing, {}).update(redacted({name: after.get(name) for name in changed}))


def record(
    *,
    at: datetime,
    source: str,
    action: str,
    actors: Sequence[UUID],
    targets: Sequence[str],
    given: Sequence[JSON],
    before: Sequence[JSON],
    after: Sequence[JSON],
) -> None:
    """Rows of many acts at once, one for each of ``targets``, for what is done in players' names outside of a call.

    Of ``before`` and ``after`` only members that differ are kept. Runs inside the command that did it; one statement.
    """
    changed = [{name for name in was if was[name] != now_is[name]} for was, now_is in zip(before, after, strict=True)]
    insert_rows(
        AuditEntry,
        len(targets),
        {
            "at": at,
            "actor_id": list(actors),
            "source": source,
            "action": action,
            "target": list(targets),
            "status": None,
            "code": "",
            "request_id": "",
            "given": [_text(entry) for entry in given],
            "before": [
                _text({name: was[name] for name in was if name in names})
                for was, names in zip(before, changed, strict=True)
            ],
            "after": [
                _text({name: is_[name] for name in is_ if name in names})
                for is_, names in zip(after, changed, strict=True)
            ],
        },
    )


def _text(entry: JSON) -> str:
    return orjson.dumps(redacted(entry)).decode()


def conclude(status: int, code: str | None) -> None:
    """Say how the act of this context ended; see ``conclude_act``."""
    for act in _acts.get():
        conclude_act(act, status, code)


def conclude_act(act: Act, status: int, code: str | None) -> None:
    """Say how an act ended: refused (perhaps after a command that charged for the attempt), or without a command."""
    refused: dict[str, Any] = {"status": status, "code": code or ""} if status >= HTTPStatus.BAD_REQUEST else {}
    try:
        # A command that was rolled back has taken its row along: then there is none to update.
        if act.entry is None or (refused and not AuditEntry.objects.filter(pk=act.entry.pk).update(**refused)):
            insert_objects([_entry(act, **refused)])
    except DatabaseError:
        # The refusal itself has been given; a database that is too busy for its trace must not turn it into a failure.
        return


def redacted(value: Any) -> Any:
    """The same JSON without what an audit log must not hold (``_SECRET``)."""
    if isinstance(value, dict):
        return {
            str(key): HIDDEN if any(word in str(key).lower() for word in _SECRET) else redacted(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(inner) for inner in value]
    if isinstance(value, int):
        return value if value.bit_length() < LONGEST_NUMBER_BITS else str(value)
    return value if isinstance(value, str | float | None) else str(value)


def listen_to_admin() -> None:
    """Note what Django admin's forms change, which no service sees; called once, when the apps are ready."""
    from django.contrib.admin.models import LogEntry

    pre_save.connect(_note_form, dispatch_uid="audit.change")
    post_save.connect(_note_new, dispatch_uid="audit.new")
    # Not pre_delete: with a listener Django loads every row that is deleted, and pruning deletes them by the thousand.
    post_save.connect(_note_gone, sender=LogEntry, dispatch_uid="audit.gone")


def _is_by_form(model: type[models.Model]) -> bool:
    """Whether somebody is at work in Django admin, on a row that is not a record of that work."""
    return model._meta.app_label not in _RECORDS and any(act.source == "admin" for act in _acts.get())


def _note_form(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    if _is_by_form(sender) and not instance._state.adding:
        before = sender._default_manager.filter(pk=instance.pk).values().first() or {}
        note(_thing(instance), before, {name: getattr(instance, name) for name in before})


def _note_new(sender: type[models.Model], instance: models.Model, created: bool, **kwargs: Any) -> None:
    if created and _is_by_form(sender):
        note(_thing(instance), {}, _values(instance))


def _note_gone(instance: models.Model, **kwargs: Any) -> None:
    line: Any = instance
    if line.is_deletion() and line.content_type is not None:
        note(f"{line.content_type.model}:{line.object_id}", {"object": line.object_repr}, {})


def _thing(row: models.Model) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def _values(row: models.Model) -> JSON:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _write_in_command() -> None:
    entries: list[AuditEntry] = []
    for act in _acts.get():
        act.entry = _entry(act)
        act.before, act.after = {}, {}
        entries.append(act.entry)
    insert_objects(entries)


def _entry(act: Act, *, status: int | None = None, code: str = "") -> AuditEntry:
    return AuditEntry(
        at=clock.now(),
        actor_id=act.actor(),
        source=act.source,
        action=act.action(),
        target=act.target,
        status=status,
        code=code,
        request_id=act.request_id,
        given=act.given(),
        before=act.before or None,
        after=act.after or None,
    )


before_commit(_write_in_command)
