"""The market of beds, and who lives where."""

from django.contrib import admin
from django.utils.html import format_html

from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP, money
from hackathon.models import HousingApplication, HousingLease, HousingListing
from hackathon.selectors.housing import picture_of
from tommy.core.admin.base import ReadOnlyAdmin, ReadOnlyInline, as_block


class ApplicationInline(ReadOnlyInline):
    model = HousingApplication
    fields = ("participant", "status", "own_room", "check_in_date", "check_out_date", "updated_at")


@admin.register(HousingListing)
class HousingListingAdmin(ReadOnlyAdmin):
    list_display = ["preview", "title", "city", "status", "taken", "price", "nights", "listed_day"]
    list_display_links = ["preview", "title"]
    list_filter = ["status", "created_at"]
    search_fields = ["title", "=city"]
    fields = [
        *("preview", "title", "description", "city", "status", "capacity", "occupied", "price", "nights"),
        *("listed_day", "created_at"),
    ]
    inlines = [ApplicationInline]
    price = money("price_cents", "a bed and night")

    @admin.display(description="")
    def preview(self, listing: HousingListing) -> str:
        return format_html('<img src="{}" alt="" height="48" loading="lazy">', picture_of(listing))

    @admin.display(description="beds taken", ordering="occupied")
    def taken(self, listing: HousingListing) -> str:
        return f"{listing.occupied} of {listing.capacity}"


@admin.register(HousingLease)
class HousingLeaseAdmin(ReadOnlyAdmin):
    list_display = ["id", "hackathon", "city", "status", "beds", "price", "starts_tick", "ends_tick"]
    list_filter = ["status"]
    list_select_related = ["hackathon"]
    search_fields = ["=city", *GAME_SEARCH]
    search_help_text = f"The key of a city. {GAME_SEARCH_HELP}"
    fields = ["hackathon", "number", "status", "city", "beds", "price", "starts_tick", "ends_tick", "listing"]
    price = money("price_cents", "a bed and night")


@admin.register(HousingApplication)
class HousingApplicationAdmin(ReadOnlyAdmin):
    list_display = ["id", "participant", "listing", "status", "own_room", "check_in_date", "created_at"]
    list_filter = ["status", "own_room", "created_at"]
    list_select_related = ["participant", "listing"]
    search_fields = ["participant__name", "listing__title"]
    fields = [
        *("participant", "listing", "status", "own_room", "check_in_date", "check_out_date", "preference"),
        *("special_requests", "lease", "created_at", "updated_at"),
    ]

    @admin.display(description="housing preference")
    def preference(self, application: HousingApplication) -> str:
        return as_block(application.housing_preference)
