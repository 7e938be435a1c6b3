"""Participants, and what they leave behind."""

from django.contrib import admin

from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP, rounded
from hackathon.models import CodingReport, Commit, Devlog, Participant
from tommy.core.admin.base import ReadOnlyAdmin, as_block


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    list_display = ["name", "hackathon", "status", "mood", "worked", "streak", "in_person", "bed", "flagged"]
    list_filter = ["status", "in_person", "flagged", "honest", "ship_state", "flight"]
    list_select_related = ["hackathon"]
    mood = rounded("morale", "morale", 0)
    worked = rounded("hours", "hours", 1)
    search_fields = ["name", "email", "github_username", *GAME_SEARCH]
    search_help_text = f"A participant's name or address. {GAME_SEARCH_HELP}"


@admin.register(CodingReport)
class CodingReportAdmin(ReadOnlyAdmin):
    """What WakaTime sent, as it sent it, and what of it counted."""

    list_display = ["participant", "key", "counted", "updated_at"]
    list_select_related = ["participant"]
    search_fields = ["participant__name", "key"]
    fields = ["participant", "key", "counted", "updated_at", "shown_body"]

    @admin.display(description="hours counted", ordering="seconds")
    def counted(self, report: CodingReport) -> str:
        return f"{report.seconds / 3600:.2f}"

    @admin.display(description="body")
    def shown_body(self, report: CodingReport) -> str:
        return as_block(report.body)


@admin.register(Commit)
class CommitAdmin(ReadOnlyAdmin):
    list_display = ["participant", "tick", "at", "hours", "sha", "message"]
    list_select_related = ["participant"]
    search_fields = ["participant__name", "=sha"]


@admin.register(Devlog)
class DevlogAdmin(ReadOnlyAdmin):
    list_display = ["participant", "tick", "at", "text"]
    list_select_related = ["participant"]
    search_fields = ["participant__name"]
