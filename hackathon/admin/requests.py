"""Who wants money, with their papers, and where it went."""

from django.contrib import admin

from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP, money, rounded
from hackathon.models import Claim, FlightPlan, LedgerEntry, Request
from tommy.core.admin.base import ReadOnlyAdmin, ReadOnlyInline


class ClaimInline(ReadOnlyInline):
    model = Claim
    fields = ("justification", "receipt_urls", "admin_notes")


class FlightPlanInline(ReadOnlyInline):
    model = FlightPlan
    fields = ("departure_city", "arrival_city", "departure_date", "return_date")


@admin.register(Request)
class RequestAdmin(ReadOnlyAdmin):
    """``fraud`` is the truth, which the player does not see."""

    list_display = ["id", "kind", "hackathon", "participant", "status", "amount", "doubt", "fraud", "journey"]
    list_filter = ["kind", "status", "fraud", "verified", "journey", "created_at"]
    list_select_related = ["hackathon"]
    search_fields = ["=id", *GAME_SEARCH]
    search_help_text = f"A request's number. {GAME_SEARCH_HELP}"
    fields = [
        *("hackathon", "number", "kind", "status", "participant", "amount", "fraud", "doubt", "why"),
        *("verified", "created_tick", "due_tick", "closed_tick", "journey", "created_at"),
    ]
    inlines = [ClaimInline, FlightPlanInline]
    amount = money("amount_cents", "amount")
    doubt = rounded("suspicion", "suspicion")

    @admin.display(description="what speaks against it")
    def why(self, request: Request) -> str:
        return ", ".join(request.reason_words).replace("_", " ") or "-"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """Append-only: the sum of a hackathon's rows is its budget."""

    list_display = ["id", "hackathon", "tick", "at", "cause", "amount"]
    list_filter = ["cause", "at"]
    list_select_related = ["hackathon"]
    search_fields = GAME_SEARCH
    search_help_text = GAME_SEARCH_HELP
    fields = ["hackathon", "tick", "at", "cause", "amount"]
    amount = money("amount_cents", "amount")
