"""Characters to look at in Django admin, and what they remember of players: read only, but to be deleted."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from npcs import catalogue
from npcs.models import Acquaintance, Character, Deed, Improvement, Memo, Turn
from npcs.rules.mood import word_for
from npcs.selectors import AVATARS
from tommy.core.admin.base import ReadOnlyAdmin, ReadOnlyInline, as_block


@admin.register(Character)
class CharacterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The cast in force, from ``content/npcs.json``, which is edited as any content file."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="npcs_character_changelist")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = {
            **self.admin_site.each_context(request),
            "title": "Characters",
            "characters": catalogue.cast().npcs,
            "cast_file": catalogue.CAST,
            "talk_file": catalogue.TALK,
        }
        return TemplateResponse(request, "admin/npcs/characters.html", shown)


class TurnInline(ReadOnlyInline):
    model = Turn
    fields = ("number", "at", "speaker", "text", "intent", "by_ai")
    ordering = ("number",)


class MemoInline(ReadOnlyInline):
    model = Memo
    fields = ("text", "weight", "promise", "at")
    ordering = ("-weight", "-at")


class DeedInline(ReadOnlyInline):
    model = Deed
    fields = ("key", "times", "last_at")
    ordering = ("-last_at",)


@admin.register(Acquaintance)
class AcquaintanceAdmin(ReadOnlyAdmin):
    """What a character remembers of a player. Deleting it is forgetting it all, deals included."""

    list_display = ("portrait", "npc", "user", "mood_word", "mood", "talks", "wrote_at")
    list_display_links = ("portrait", "npc")
    list_filter = ("npc",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    fields = ("portrait", "character", "user", "mood_word", "mood", "mood_at", "talks", "wrote_at", "summary", "counts")
    inlines = (TurnInline, MemoInline, DeedInline)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    @admin.display(description="")
    def portrait(self, row: Acquaintance) -> str:
        return format_html('<img src="{}/{}.svg" alt="" width="32" height="32">', AVATARS, row.npc)

    @admin.display(description="character")
    def character(self, row: Acquaintance) -> str:
        npc = catalogue.cast().by_key.get(row.npc)
        place = reverse("admin:npcs_character_changelist")
        return format_html('<a href="{}">{}</a>', place, f"{npc.name}, {npc.role}" if npc else row.npc)

    @admin.display(description="mood")
    def mood_word(self, row: Acquaintance) -> str:
        return word_for(row.mood, catalogue.talk().mood)

    @admin.display(description="what the player was up to")
    def counts(self, row: Acquaintance) -> str:
        return as_block(row.tally)


@admin.register(Improvement)
class ImprovementAdmin(ReadOnlyAdmin):
    """Which texts the AI was asked to better, and what became of it."""

    list_display = ("kind", "target", "claimed_at", "outcome")
    list_filter = ("kind", "claimed_at")
