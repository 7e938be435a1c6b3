"""What is built, and the parcels in which it leaves."""

from django.contrib import admin

from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP
from hackathon.models import Project, Shipment
from tommy.core.admin.base import ReadOnlyAdmin


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ["title", "participant", "repository_url", "created_at", "updated_at"]
    list_filter = ["created_at"]
    list_select_related = ["participant"]
    search_fields = ["title", "participant__name", "repository_url"]


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = ["id", "hackathon", "participant", "phase", "state", "abroad", "attempts", "packed_tick", "due_tick"]
    list_filter = ["state", "phase", "abroad"]
    list_select_related = ["hackathon"]
    search_fields = GAME_SEARCH
    search_help_text = GAME_SEARCH_HELP
