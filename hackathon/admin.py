"""Django admin for Tommy: games to look at and steer, the world's clock, what happened to whom."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest

from hackathon import catalogue
from hackathon.models import (
    AdminEvent,
    Hackathon,
    HousingLease,
    HousingListing,
    InboxMessage,
    Incident,
    LogEntry,
    Participant,
    Receipt,
    Request,
    World,
)
from hackathon.services import announcements, games, worlds
from tommy.core import clock
from tommy.core.errors import DomainError


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of running games change under a lock that a form cannot take, so they are only looked at here."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TriggerForm(ActionForm):
    """Which event the action *trigger* sets off."""

    event_type = ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = catalogue.rules().incident_types.keys
        self.fields["event_type"].choices = [("", "by the weights"), *((key, key) for key in keys)]


@admin.register(Hackathon)
class HackathonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Games: the name may be edited; the clock, and events, by actions that take the game's own lock."""

    list_display = ["name", "user", "status", "end_reason", "tick", "stress", "reputation", "legal", "budget", "score"]
    list_filter = ["status", "end_reason", "autopilot", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "user__email"]
    readonly_fields = [
        *("user", "status", "end_reason", "tick", "world_tick", "ap", "stress", "reputation", "legal", "budget"),
        *("sponsor_mood", "volunteers", "score", "autopilot", "created_at", "ended_at"),
    ]
    fields = ["name", *readonly_fields]
    action_form = TriggerForm
    actions = ["trigger_event", "pause", "resume"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="budget left (€)", ordering="budget_cents")
    def budget(self, game: Hackathon) -> str:
        return f"{game.budget_cents / 100:,.2f}"

    @admin.action(description="Trigger an event now", permissions=["change"])
    def trigger_event(self, request: HttpRequest, queryset: QuerySet[Hackathon]) -> None:
        now, triggered = clock.now(), 0
        for game in queryset.order_by("id"):
            try:
                games.incident_trigger(
                    user_id=game.user_id,
                    hackathon_id=game.pk,
                    incident_type=request.POST.get("event_type") or None,
                    now=now,
                )
                triggered += 1
            except DomainError as refusal:
                self.message_user(request, f"{game}: {refusal.detail}", messages.WARNING)
        self.message_user(request, f"Triggered in {triggered} games.", messages.SUCCESS)

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Hackathon]) -> None:
        paused = games.hackathons_pause(hackathon_ids=list(queryset.values_list("id", flat=True)))
        self.message_user(request, f"{paused} games paused.")

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Hackathon]) -> None:
        ids = list(queryset.values_list("id", flat=True))
        resumed = games.hackathons_resume(hackathon_ids=ids, now=clock.now())
        self.message_user(request, f"{resumed} games resumed.")


@admin.register(AdminEvent)
class AdminEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Events for all, some or one: added and called off here as over REST, and not changed in between."""

    list_display = ["__str__", "event_type", "targets", "scheduled_time", "started_at", "fired_at", "created_by"]
    list_filter = ["event_type", "scheduled_time"]
    list_select_related = ["created_by"]
    fields = ["event_type", "title", "description", "severity", "targets", "scheduled_time"]

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)
        if "event_type" in form.base_fields:
            keys = catalogue.rules().incident_types.keys
            form.base_fields["event_type"] = ChoiceField(choices=[(key, key) for key in keys])
            form.base_fields["targets"].initial = [announcements.EVERYBODY]
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.started_at is None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.created_by_id, obj.created_at = request.user.pk, clock.now()
        super().save_model(request, obj, form, change)


@admin.register(World)
class WorldAdmin(ReadOnlyAdmin):
    """The world's clock, stopped and started by actions."""

    list_display = ["__str__", "tick", "day", "advanced_at", "paused"]
    actions = ["pause_clock", "resume_clock"]

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("hackathon.change_world")

    @admin.action(description="Pause the clock", permissions=["pause"])
    def pause_clock(self, request: HttpRequest, queryset: QuerySet[World]) -> None:
        worlds.world_pause(paused=True, now=clock.now())
        self.message_user(request, "The clock stands still.")

    @admin.action(description="Resume the clock", permissions=["pause"])
    def resume_clock(self, request: HttpRequest, queryset: QuerySet[World]) -> None:
        worlds.world_pause(paused=False, now=clock.now())
        self.message_user(request, "The clock is going again.")


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    list_display = ["name", "hackathon", "status", "morale", "hours", "streak", "in_person", "bed", "flagged"]
    list_filter = ["status", "in_person", "flagged", "ship_state"]
    list_select_related = ["hackathon"]
    search_fields = ["name", "email", "hackathon__name"]


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ["title", "type", "hackathon", "status", "opened_tick", "deadline_tick", "choice"]
    list_filter = ["status", "type"]
    list_select_related = ["hackathon"]
    search_fields = ["title", "hackathon__name"]


@admin.register(Request)
class RequestAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "kind", "hackathon", "status", "amount_cents", "suspicion", "fraud", "due_tick"]
    list_filter = ["kind", "status", "fraud"]
    list_select_related = ["hackathon"]


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "participant", "verdict", "confidence", "amount_cents", "vendor", "created_at"]
    list_filter = ["verdict", "created_at"]
    list_select_related = ["participant"]
    search_fields = ["participant__name", "vendor"]


@admin.register(HousingListing)
class HousingListingAdmin(ReadOnlyAdmin):
    list_display = ["title", "city", "status", "capacity", "occupied", "price_cents", "nights"]
    list_filter = ["status", "city"]
    search_fields = ["title"]


@admin.register(HousingLease)
class HousingLeaseAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "hackathon", "city", "status", "beds", "price_cents", "ends_tick"]
    list_filter = ["status", "city"]
    list_select_related = ["hackathon"]


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    list_display = ["subject", "sender_name", "sender_role", "kind", "hackathon", "tick", "read_at"]
    list_filter = ["sender_role", "outgoing"]
    list_select_related = ["hackathon"]
    search_fields = ["subject", "sender_name"]


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "hackathon", "tick", "type", "code", "cause"]
    list_filter = ["type", "code"]
    list_select_related = ["hackathon"]
