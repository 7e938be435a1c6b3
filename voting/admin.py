"""Rooms in the Django admin: to look at and to remove; what happens in a game is its players' business."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from voting.models import Participant, Room, Round


class ReadOnly:
    """Rows that the game alone writes, under the lock of their room."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ParticipantInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Participant
    fields = ("name", "user", "seat", "presence", "joined_at", "left_at", "kicked")
    can_delete = False
    extra = 0


class RoundInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Round
    fields = ("game", "number", "question", "started_at", "voting_at", "completed_at")
    can_delete = False
    extra = 0


@admin.register(Room)
class RoomAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Answers are not shown: nobody should learn who wrote what while a round runs."""

    list_display = ("code", "status", "phase", "host", "current_round", "total_rounds", "deadline", "created_at")
    list_filter = ("status", "phase", "pack", "profanity")
    search_fields = ("code", "host__username", "participants__name")
    date_hierarchy = "created_at"
    inlines = (ParticipantInline, RoundInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return super().get_queryset(request).select_related("host")
