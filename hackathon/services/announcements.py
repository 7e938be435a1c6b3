"""Events that staff set off, now or later: each strikes each of its games once, whatever dies in between.

A sweep finds what is due. It first writes down, in one transaction, which games the event is for; then each game is
struck in a command of its own, which also notes that it was. So a sweep that is killed is taken up where it stood, two
sweeps at once do no harm, and until the list is written down the event can still be called off.

Order of locks: the event's row by itself; or the hackathon, then its delivery.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hackathon import catalogue
from hackathon.errors import AdminEventNotFound, AdminEventStarted, UnknownIncidentType
from hackathon.models import AdminEvent, AdminEventDelivery, Hackathon, Incident
from hackathon.rules.enums import GameStatus
from hackathon.services.locking import load_locked
from hackathon.services.saving import shard_save
from hackathon.simulation.actions import trigger_incident
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.errors import DomainError

EVERYBODY = "all"
STRUCK = "struck"


def event_schedule(
    *,
    event_type: str,
    title: str,
    description: str,
    severity: str,
    targets: Sequence[str],
    scheduled_time: datetime | None,
    created_by: UUID,
    now: datetime,
) -> AdminEvent:
    """Set an event off at a time, or at the next sweep. Raises UnknownIncidentType."""
    with command():
        return event_schedule_in_transaction(
            event_type=event_type,
            title=title,
            description=description,
            severity=severity,
            targets=targets,
            scheduled_time=scheduled_time,
            created_by=created_by,
            now=now,
        )


def event_schedule_in_transaction(
    *,
    event_type: str,
    title: str,
    description: str,
    severity: str,
    targets: Sequence[str],
    scheduled_time: datetime | None,
    created_by: UUID,
    now: datetime,
) -> AdminEvent:
    """The same inside a transaction of the caller's, such as Django admin's."""
    types = catalogue.rules().incident_types
    if event_type not in types.index:
        raise UnknownIncidentType(known=list(types.keys))
    event = AdminEvent.objects.create(
        event_type=event_type,
        title=title,
        description=description,
        severity=severity or types.types[types.index[event_type]].severity,
        targets=list(targets),
        scheduled_time=scheduled_time or now,
        created_by_id=created_by,
        created_at=now,
    )
    note(f"admin_event:{event.pk}", {}, _noted(event))
    return event


def event_cancel(*, event_id: int) -> None:
    """Call an event off. Raises AdminEventNotFound, or AdminEventStarted where it has begun to strike."""
    with command():
        event_cancel_in_transaction(event_id=event_id)


def event_cancel_in_transaction(*, event_id: int) -> None:
    """The same inside a transaction of the caller's."""
    event = AdminEvent.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise AdminEventNotFound
    if event.started_at is not None:
        raise AdminEventStarted
    note(f"admin_event:{event_id}", _noted(event), {})
    event.delete()


def _noted(event: AdminEvent) -> dict[str, Any]:
    """What the audit log keeps of an event."""
    names = ("event_type", "title", "targets")
    return {**{name: getattr(event, name) for name in names}, "scheduled_time": event.scheduled_time.isoformat()}


def events_fire(*, now: datetime) -> int:
    """Let everything strike that is due; answers how many games were struck."""
    due = AdminEvent.objects.filter(fired_at=None, scheduled_time__lte=now).order_by("scheduled_time", "id")
    return sum(_fire(event_id, now) for event_id in list(due.values_list("id", flat=True)))


def _fire(event_id: int, now: datetime) -> int:
    if not _start(event_id, now):
        return 0
    waiting = AdminEventDelivery.objects.filter(event_id=event_id, done_at=None).order_by("hackathon_id")
    struck = sum(
        _strike(event_id, hackathon_id, now) for hackathon_id in waiting.values_list("hackathon_id", flat=True)
    )
    with command():
        AdminEvent.objects.filter(pk=event_id, fired_at=None).update(fired_at=now)
    return struck


def _start(event_id: int, now: datetime) -> bool:
    """Write down whom the event is for, once; False where it was called off meanwhile."""
    with command():
        event = AdminEvent.objects.select_for_update().filter(pk=event_id).first()
        if event is None:
            return False
        if event.started_at is None:
            ids = _targeted(event.targets).order_by("id").values_list("id", flat=True)
            AdminEventDelivery.objects.bulk_create(
                AdminEventDelivery(event_id=event_id, hackathon_id=hackathon_id) for hackathon_id in ids
            )
            event.started_at = now
            event.save(update_fields=["started_at"])
        return True


def _targeted(targets: Sequence[str]) -> QuerySet[Hackathon]:
    running = Hackathon.objects.filter(status=GameStatus.RUNNING)
    if EVERYBODY in targets:
        return running
    numbers = [int(target) for target in targets if target.isdigit()]
    users = [target for target in targets if not target.isdigit()]
    return running.filter(Q(id__in=numbers) | Q(user_id__in=users))


def _strike(event_id: int, hackathon_id: int, now: datetime) -> int:
    """One game, once; 1 where the event struck it."""
    rules = catalogue.rules()
    with command():
        hackathon = Hackathon.objects.select_for_update().filter(pk=hackathon_id).first()
        delivery = AdminEventDelivery.objects.select_for_update().filter(
            event_id=event_id, hackathon_id=hackathon_id, done_at=None
        )
        event = AdminEvent.objects.filter(pk=event_id).first()
        if hackathon is None or event is None or not delivery.exists():
            return 0
        shard, outcome = load_locked(hackathon, rules), STRUCK
        try:
            number, effects = trigger_incident(shard.state, 0, rules, event.event_type)
            shard_save(shard=shard, effects=effects, rules=rules, now=now)
            _reword(event, hackathon_id, number)
        except DomainError as refusal:  # the game is over, paused, or as full of trouble as it may be
            outcome = refusal.code
        delivery.update(done_at=now, outcome=outcome)
    return int(outcome == STRUCK)


def _reword(event: AdminEvent, hackathon_id: int, number: int) -> None:
    """Staff's own words, where they gave any, instead of the writer's."""
    words: Mapping[str, Any] = {"title": event.title, "description": event.description}
    given = {name: text for name, text in words.items() if text}
    if given:
        Incident.objects.filter(hackathon_id=hackathon_id, number=number).update(**given)
