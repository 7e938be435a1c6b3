"""Games to look at and steer, what was put aside of them, and the world's clock."""

from typing import Any

import orjson
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet, Subquery
from django.forms import ChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from hackathon import catalogue
from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP, money, rounded
from hackathon.models import Hackathon, SaveGame, World
from hackathon.services import games, worlds
from tommy.core import clock
from tommy.core.admin.base import CappedPaginator, ReadOnlyAdmin
from tommy.core.errors import DomainError

ROWS = {
    "participant": "participants",
    "incident": "incidents",
    "request": "requests",
    "receipt": "receipts",
    "housinglease": "leases",
    "shipment": "parcels",
    "ledgerentry": "ledger",
    "inboxmessage": "letters",
    "logentry": "log",
    "savegame": "saves",
}


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

    list_display = [
        *("name", "user", "status", "day", "behind"),
        *("stress_level", "reputation_level", "legal_risk", "budget", "points"),
    ]
    list_filter = ["status", "end_reason", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "user__email", "=id"]
    search_help_text = "The name or number of a hackathon, or its player's name or address."
    ordering = ["-id"]
    paginator = CappedPaginator
    readonly_fields = [
        *("rows", "user", "status", "end_reason", "tick", "world_tick", "action_points", "stress_level"),
        *("reputation_level", "legal_risk", "budget", "sponsor_mood", "volunteers", "points", "autopilot"),
        *("created_at", "ended_at"),
    ]
    fields = ["name", *readonly_fields]
    action_form = TriggerForm
    actions = ["trigger_event", "pause", "resume"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hackathon]:
        return super().get_queryset(request).annotate(world_now=Subquery(World.objects.values("tick")[:1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A game goes with its player's account, which locks it against the tick first."""
        return False

    def save_model(self, request: HttpRequest, obj: Hackathon, form: Any, change: bool) -> None:
        """Only the name is written: the form's other values may be a tick old by now."""
        obj.save(update_fields=["name"])

    budget = money("budget_cents", "budget left")
    stress_level = rounded("stress", "stress", 1)
    reputation_level = rounded("reputation", "reputation", 1)
    legal_risk = rounded("legal", "legal risk", 1)
    action_points = rounded("ap", "action points", 1)
    points = rounded("score", "score", 0)

    @admin.display(description="rows")
    def rows(self, game: Hackathon) -> str:
        links = ((reverse(f"admin:hackathon_{model}_changelist"), game.pk, words) for model, words in ROWS.items())
        return format_html_join(" · ", '<a href="{}?hackathon__id__exact={}">{}</a>', links)

    @admin.display(description="day", ordering="tick")
    def day(self, game: Hackathon) -> int:
        return game.tick // catalogue.rules().ticks_per_day

    @admin.display(description="ticks behind")
    def behind(self, game: Hackathon) -> int | str:
        """How far the world is ahead; more than one only under strain, or when something is wrong."""
        return max(0, game.world_now - game.world_tick) if game.is_running else "-"  # annotated above

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


@admin.register(SaveGame)
class SaveGameAdmin(ReadOnlyAdmin):
    list_display = ["name", "hackathon", "automatic", "tick", "created_at"]
    list_filter = ["automatic", "created_at"]
    list_select_related = ["hackathon"]
    search_fields = ["name", *GAME_SEARCH]
    search_help_text = f"The name of a save. {GAME_SEARCH_HELP}"
    fields = ["name", "hackathon", "automatic", "tick", "created_at", "holds"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SaveGame]:
        return super().get_queryset(request).defer("snapshot")

    @admin.display(description="holds")
    def holds(self, save: SaveGame) -> str:
        tables = {name: len(rows) for name, rows in save.snapshot.items() if isinstance(rows, list)}
        size = len(orjson.dumps(save.snapshot)) / 1024
        return f"{size:,.0f} KiB: " + ", ".join(f"{count} {name}" for name, count in tables.items() if count)
