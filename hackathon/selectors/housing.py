"""The market of beds."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hackathon import catalogue
from hackathon.errors import ApplicationNotFound, LeaseNotFound, NotYourApplication, NotYourHackathon
from hackathon.models import Hackathon, HousingApplication, HousingLease, HousingListing
from hackathon.rules.enums import ApplicationStatus, LeaseStatus, ListingStatus
from hackathon.rules.housing import Offer

SEED_MASK = 2**64 - 1


def listings_open() -> QuerySet[HousingListing]:
    """What is on the market now, cheapest bed first."""
    return HousingListing.objects.filter(status=ListingStatus.OPEN).order_by("price_cents", "id")


def listing_view(listing: HousingListing) -> dict[str, Any]:
    """A listing for clients; ``price_per_night`` is for one bed, in euros."""
    names = {city.key: f"{city.name}, {city.country}" for city in catalogue.rules().market.cities}
    return {
        "id": listing.pk,
        "title": listing.title,
        "description": listing.description,
        "location": names.get(listing.city, listing.city),
        "capacity": listing.capacity,
        "occupied_spots": listing.occupied,
        "price_per_night": listing.price_cents / 100,
        "nights": listing.nights,
        "image": picture_of(listing),
        "created_at": listing.created_at,
    }


def picture_of(listing: HousingListing) -> str:
    """Where the listing's picture is, on this server."""
    return f"/assets/housing/{listing.seed & SEED_MASK:016x}.png"


def offers_open() -> list[Offer]:
    """The houses with room, as the matching sees them; one statement."""
    names = {city.key: frozenset({city.key, city.name.lower()}) for city in catalogue.rules().market.cities}
    return [
        Offer(row.pk, names.get(row.city, frozenset({row.city})), row.capacity - row.occupied, row.price_cents)
        for row in listings_open()
    ]


def application_get(*, user_id: UUID, application_id: int) -> HousingApplication:
    """One statement; raises ApplicationNotFound or NotYourApplication."""
    near = HousingApplication.objects.select_related("participant__hackathon", "listing")
    application = near.filter(pk=application_id).first()
    if application is None:
        raise ApplicationNotFound
    if application.participant.hackathon.user_id != user_id:
        raise NotYourApplication
    return application


def application_view(application: HousingApplication) -> dict[str, Any]:
    return {
        "application_id": application.pk,
        "id": application.pk,
        "participant_id": application.participant_id,
        "housing_id": application.listing_id,
        "status": ApplicationStatus(application.status).name.lower(),
        "room": "own" if application.own_room else "shared",
        "check_in_date": application.check_in_date,
        "check_out_date": application.check_out_date,
        "housing_preference": application.housing_preference or None,
        "special_requests": application.special_requests,
        "created_at": application.created_at,
        "updated_at": application.updated_at,
    }


def leases_of(hackathon: Hackathon) -> QuerySet[HousingLease]:
    """The houses a hackathon rents or has rented, newest first."""
    return HousingLease.objects.filter(hackathon=hackathon).select_related("hackathon").order_by("-id")


def lease_get(*, user_id: UUID, lease_id: int) -> HousingLease:
    """One statement; raises LeaseNotFound or NotYourHackathon."""
    lease = HousingLease.objects.select_related("hackathon").filter(pk=lease_id).first()
    if lease is None:
        raise LeaseNotFound
    if lease.hackathon.user_id != user_id:
        raise NotYourHackathon
    return lease


def lease_view(lease: HousingLease) -> dict[str, Any]:
    """A lease for clients; ``price_per_night`` is for one bed, in euros."""
    return {
        "lease_id": lease.pk,
        "id": lease.pk,
        "hackathon_id": lease.hackathon_id,
        "status": LeaseStatus(lease.status).name.lower(),
        "city": lease.city,
        "beds": lease.beds,
        "price_per_night": lease.price_cents / 100,
        "starts_tick": lease.starts_tick,
        "ends_tick": lease.ends_tick,
        "ticks_left": max(0, lease.ends_tick - lease.hackathon.tick),
    }
