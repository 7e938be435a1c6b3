"""What happened: incidents, letters, the players' logs."""

from django.contrib import admin

from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP
from hackathon.models import InboxMessage, Incident, LogEntry
from tommy.core.admin.base import ReadOnlyAdmin, as_block, fixed_filter

LOG_TYPES = ("tick", "event", "effect", "action")


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ["title", "type", "hackathon", "status", "opened_tick", "deadline_tick", "choice"]
    list_filter = ["status", "cause", "created_at"]
    list_select_related = ["hackathon"]
    search_fields = ["title", "=type", *GAME_SEARCH]
    search_help_text = f"A title or a type of incident. {GAME_SEARCH_HELP}"


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    list_display = ["subject", "sender_name", "sender_role", "kind", "hackathon", "tick", "read_at"]
    list_filter = ["outgoing", "at"]
    list_select_related = ["hackathon"]
    search_fields = ["subject", "sender_name", "=kind", *GAME_SEARCH]
    search_help_text = f"A subject, a sender, a kind of letter. {GAME_SEARCH_HELP}"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """The players' logs, of all games."""

    list_display = ["at", "hackathon", "tick", "type", "code", "cause"]
    list_filter = [fixed_filter("type", LOG_TYPES), "at"]
    list_select_related = ["hackathon"]
    search_fields = ["=code", "=cause", *GAME_SEARCH]
    search_help_text = f"The code of an event, or a cause. {GAME_SEARCH_HELP}"
    fields = ["hackathon", "tick", "at", "type", "code", "cause", "participant", "incident", "request", "shown_data"]

    @admin.display(description="data")
    def shown_data(self, entry: LogEntry) -> str:
        return as_block(entry.data)
