"""What the server keeps of itself: how much it has to do, who did what, what users were told."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from tommy.core import clock
from tommy.core.admin.base import ReadOnlyAdmin, as_block, fixed_filter
from tommy.core.models import AuditEntry, Notification, ServerLoad
from tommy.core.overload import Stage, drill_request

FRAME_TYPES = (
    *("game_event", "npc_message", "legal_threat", "receipt_flagged", "panic_alert", "inbox_message"),
    *("state", "server"),
)


@admin.register(ServerLoad)
class ServerLoadAdmin(ReadOnlyAdmin):
    """The stage of the whole server, and a rehearsal of its end."""

    list_display = ("stage_name", "since", "strained_until", "shedding_until", "ordered_at", "drill_at")
    fields = ("stage_name", "since", "strained_until", "shedding_until", "ordered_at", "drill_at", "measured_values")
    actions = ["drill"]

    def has_drill_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.display(description="stage")
    def stage_name(self, load: ServerLoad) -> str:
        return Stage(load.stage).name.lower().replace("_", "-")

    @admin.display(description="measured, when something was too much")
    def measured_values(self, load: ServerLoad) -> str:
        return as_block(load.measured)

    @admin.action(
        description="Rehearse the self-destruct: every process ends and is started anew", permissions=["drill"]
    )
    def drill(self, request: HttpRequest, queryset: QuerySet[ServerLoad]) -> None:
        drill_request(now=clock.now())
        self.message_user(request, "The countdown begins within a second.", messages.WARNING)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What users were told; read only, because clients count on the numbers."""

    list_display = ["user", "number", "type", "tick", "at", "data"]
    list_filter = [fixed_filter("type", FRAME_TYPES), "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    fields = ["user", "number", "type", "tick", "at", "shown_data"]

    @admin.display(description="data")
    def shown_data(self, row: Notification) -> str:
        return as_block(row.data)


class OutcomeFilter(admin.SimpleListFilter):
    """Carried out, or why not."""

    title = "outcome"
    parameter_name = "outcome"
    RANGES = {
        "done": ("carried out", {"status": None}),
        "refused": ("refused", {"status__gte": 400}),
        "401": ("401 not logged in", {"status": 401}),
        "403": ("403 not allowed", {"status": 403}),
        "409": ("409 not now", {"status": 409}),
        "429": ("429 too often", {"status": 429}),
        "503": ("503 overloaded", {"status": 503}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, words) for key, (words, _) in self.RANGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        chosen = self.RANGES.get(self.value() or "")
        return queryset.filter(**chosen[1]) if chosen else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, before and after; denials carry their status and code."""

    list_display = ["at", "actor", "source", "action", "outcome", "changed"]
    list_filter = [OutcomeFilter, fixed_filter("source", ("rest", "admin", "socket")), "at"]
    list_select_related = ["actor"]
    search_fields = ["actor__username", "action", "target", "code", "request_id"]
    search_help_text = "A player's name, a method and route, a path, the code of a refusal, or a request's id."
    fields = [
        *("at", "actor", "source", "action", "target", "outcome", "request_id"),
        *("shown_given", "shown_before", "shown_after"),
    ]

    @admin.display(description="outcome")
    def outcome(self, entry: AuditEntry) -> str:
        return f"{entry.status} {entry.code}" if entry.status else "carried out"

    @admin.display(description="changed")
    def changed(self, entry: AuditEntry) -> str:
        things = (f"{thing}: {', '.join(values)}" for thing, values in (entry.after or {}).items())
        return "; ".join(things)[:200]

    @admin.display(description="given")
    def shown_given(self, entry: AuditEntry) -> str:
        return as_block(entry.given)

    @admin.display(description="before")
    def shown_before(self, entry: AuditEntry) -> str:
        return as_block(entry.before)

    @admin.display(description="after")
    def shown_after(self, entry: AuditEntry) -> str:
        return as_block(entry.after)
