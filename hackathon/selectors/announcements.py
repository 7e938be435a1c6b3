"""Events that staff set off."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from hackathon.models import AdminEvent


def admin_events() -> QuerySet[AdminEvent]:
    """All of them, newest first, with how many games each struck."""
    struck = Count("deliveries", filter=Q(deliveries__outcome="struck"))
    return AdminEvent.objects.annotate(struck=struck).order_by("-id")


def event_status(event: AdminEvent) -> str:
    """``scheduled``, ``firing`` or ``fired``."""
    return "fired" if event.fired_at else "firing" if event.started_at else "scheduled"


def admin_event_view(event: Any) -> dict[str, Any]:
    """An event for staff; ``status`` is scheduled, firing or fired."""
    return {
        "event_id": event.pk,
        "event_type": event.event_type,
        "title": event.title,
        "description": event.description,
        "severity": event.severity,
        "targets": event.targets,
        "scheduled_time": event.scheduled_time,
        "status": event_status(event),
        "struck": getattr(event, "struck", 0),
        "fired_at": event.fired_at,
        "created_at": event.created_at,
    }
