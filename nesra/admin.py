"""Staff: items and seasons to edit, players' rows and the ledger to look at."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from nesra import services
from nesra.models import Hero, Item, LedgerEntry, SeasonalEvent, Session, WorldState
from nesra.rules.enums import ItemType
from nesra.rules.rewards import holds
from nesra.rules.seasons import runs_on
from nesra.selectors.pictures import item_picture
from tommy.core import clock


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only the game writes."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Items are retired rather than deleted: somebody may own them, and the ledger remembers."""

    list_display = ("preview", "name", "type", "rarity", "sprite_key", "event", "is_active", "owned_by")
    list_display_links = ("preview", "name")
    list_filter = ("type", "rarity", "is_active", "event")
    search_fields = ("name", "sprite_key")
    list_select_related = ("event",)
    fields = ("preview", "name", "type", "rarity", "sprite_key", "event", "is_active")
    actions = ("activate", "retire")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        return cast("QuerySet[Item]", super().get_queryset(request).annotate(owner_count=Count("owners")))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The type is settled once it may be worn: a hat on a head cannot become a coat."""
        return ("preview", "type", "sprite_key") if obj else ("preview",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Sprite")
    def preview(self, item: Item) -> str:
        if not item.sprite_key:
            return "drawn from the sprite key"
        return format_html('<img src="{}" alt="" width="48" height="48">', item_picture(item)["sprite_url"])

    @admin.display(description="Owned by", ordering="owner_count")
    def owned_by(self, item: Item) -> int:
        return item.owner_count  # type: ignore[attr-defined,no-any-return]  # annotated above

    @admin.action(description="Bring selected items back", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Item]) -> None:
        self._switch(request, queryset, active=True)

    @admin.action(description="Retire selected items", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Item]) -> None:
        self._switch(request, queryset, active=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Item], *, active: bool) -> None:
        changed = services.items_set_active(item_ids=_keys(queryset), active=active)
        messages.success(request, f"{changed} items changed.")


class ItemInline(admin.TabularInline):  # type: ignore[type-arg]
    """What a season brings along."""

    model = Item
    fields = ("name", "type", "rarity", "is_active")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SeasonalEvent)
class SeasonalEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Seasons; ``running`` is today's answer, in UTC."""

    list_display = (
        *("name", "starts_on", "ends_on", "yearly", "running"),
        *("exp_percent", "gold_percent", "drop_percent", "is_active"),
    )
    list_filter = ("is_active", "yearly")
    search_fields = ("name", "key")
    actions = ("activate", "switch_off")
    inlines = (ItemInline,)

    @admin.display(boolean=True)
    def running(self, event: SeasonalEvent) -> bool:
        return event.is_active and runs_on(event, clock.now().date())

    @admin.action(description="Switch selected seasons on", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[SeasonalEvent]) -> None:
        self._switch(request, queryset, active=True)

    @admin.action(description="Switch selected seasons off", permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[SeasonalEvent]) -> None:
        self._switch(request, queryset, active=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[SeasonalEvent], *, active: bool) -> None:
        changed = services.events_set_active(event_ids=_keys(queryset), active=active)
        messages.success(request, f"{changed} seasons changed.")


@admin.register(Hero)
class HeroAdmin(LookOnly):
    list_display = ("user", "level", "exp", "gold")
    search_fields = ("user__username", "user__email")
    list_select_related = ("user", *(f"equipped_{slot}" for slot in ItemType))


@admin.register(WorldState)
class WorldStateAdmin(LookOnly):
    list_display = ("user", "total_sessions_success", "day_streak", "longest_streak", "streak_freezes", "timezone")
    search_fields = ("user__username", "user__email")
    list_select_related = ("user",)


@admin.register(Session)
class SessionAdmin(LookOnly):
    list_display = ("user", "status", "room", "duration_minutes", "started_at", "ended_at", "reward_exp", "reward_gold")
    list_filter = ("status", "room")
    search_fields = ("user__username", "user__email", "id")
    list_select_related = ("user",)
    exclude = ("draw_seed", "answer")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LookOnly):
    """Every change of what a player has; a recorded draw is made again and compared."""

    list_display = ("user", "kind", "at", "exp", "gold", "levels", "item", "streak", "freezes", "draw_holds")
    list_filter = ("kind",)
    search_fields = ("user__username", "user__email", "session__id")
    list_select_related = ("user", "item")
    ordering = ("-id",)

    @admin.display(boolean=True, description="Draw checks out")
    def draw_holds(self, entry: LedgerEntry) -> bool | None:
        return holds(entry.draw) if entry.draw else None


def _keys(queryset: QuerySet[Any]) -> list[UUID]:
    return list(queryset.order_by().values_list("pk", flat=True))
