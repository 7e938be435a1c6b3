"""Applications for beds: made, approved (which rents them), rejected, withdrawn; leases renewed.

Approving is the action ``lease_housing`` for one person: whoever loses the last bed is refused, and their legal risk
rises, which is committed although the call fails.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from hackathon import catalogue
from hackathon.errors import AlreadyApplied, ApplicationClosed, ListingNotFound, NothingSuitable
from hackathon.models import HousingApplication, HousingLease, HousingListing
from hackathon.rules.enums import ApplicationStatus
from hackathon.rules.housing import Preference, best_offer
from hackathon.selectors.housing import application_get, lease_get, offers_open
from hackathon.selectors.people import participant_get
from hackathon.services.games import action_perform
from hackathon.services.locking import lock_hackathon
from hackathon.services.people import check_present
from tommy.core.audit import note
from tommy.core.db import command


class Wish(NamedTuple):
    """An application's own words; without ``listing_id`` the market is searched by ``preference``."""

    listing_id: int | None
    preference: Preference
    stated: Mapping[str, Any]
    check_in_date: date | None
    check_out_date: date | None
    special_requests: str


def application_create(*, user_id: UUID, participant_id: int, wish: Wish, now: datetime) -> HousingApplication:
    """Apply for a bed. Raises ListingNotFound, NothingSuitable, AlreadyApplied, and what ``check_present`` raises."""
    with command():
        participant = participant_get(user_id=user_id, participant_id=participant_id)
        check_present(lock_hackathon(user_id=user_id, hackathon_id=participant.hackathon_id), participant)
        try:
            with transaction.atomic():
                application = HousingApplication.objects.create(
                    participant=participant,
                    listing_id=_listing_id(wish),
                    own_room=wish.preference.room == "own",
                    check_in_date=wish.check_in_date,
                    check_out_date=wish.check_out_date,
                    housing_preference=dict(wish.stated),
                    special_requests=wish.special_requests,
                    created_at=now,
                    updated_at=now,
                )
                told = {"participant": participant_id, "listing": application.listing_id}
                note(f"housing_application:{application.pk}", {}, {**told, "status": "pending"})
                return application
        except IntegrityError:
            raise AlreadyApplied from None


def application_decide(
    *, user_id: UUID, application_id: int, status: ApplicationStatus, now: datetime
) -> HousingApplication:
    """Approve, reject or withdraw. The same decision again changes nothing; another one raises ApplicationClosed.

    Approving raises ListingFull, NotEnoughAp, NotEnoughMoney and what else the action refuses.
    """
    application = application_get(user_id=user_id, application_id=application_id)
    if application.status == status:
        return application
    try:
        if status is ApplicationStatus.APPROVED:
            _approve(application, user_id, now)
        else:
            _close(application, user_id, status, now)
    except ApplicationClosed:
        # Somebody may have sent the same decision at the same time.
        application.refresh_from_db(fields=["status"])
        if application.status != status:
            raise
    return application_get(user_id=user_id, application_id=application_id)


def lease_renew(*, user_id: UUID, lease_id: int, now: datetime) -> HousingLease:
    """Keep a house for longer: the action ``renew_lease``."""
    lease = lease_get(user_id=user_id, lease_id=lease_id)
    action_perform(
        user_id=user_id,
        hackathon_id=lease.hackathon_id,
        action_type="renew_lease",
        target_id=lease.pk,
        parameters=None,
        now=now,
    )
    return lease_get(user_id=user_id, lease_id=lease_id)


def _approve(application: HousingApplication, user_id: UUID, now: datetime) -> None:
    def moved_in(facts: Mapping[str, Any]) -> None:
        changes = {"status": ApplicationStatus.APPROVED, "lease": facts["lease"], "updated_at": now}
        HousingApplication.objects.filter(pk=application.pk).update(**changes)
        _note_decision(application, ApplicationStatus.APPROVED)

    action_perform(
        user_id=user_id,
        hackathon_id=application.participant.hackathon_id,
        action_type="lease_housing",
        target_id=application.listing_id,
        parameters={"beds": _beds(application.own_room), "participant": application.participant_id},
        now=now,
        check=lambda: _check_pending(application),
        then=moved_in,
    )


def _close(application: HousingApplication, user_id: UUID, status: ApplicationStatus, now: datetime) -> None:
    with command():
        lock_hackathon(user_id=user_id, hackathon_id=application.participant.hackathon_id)
        _check_pending(application)
        HousingApplication.objects.filter(pk=application.pk).update(status=status, updated_at=now)
        _note_decision(application, status)


def _note_decision(application: HousingApplication, status: ApplicationStatus) -> None:
    """Of an application that was pending."""
    note(f"housing_application:{application.pk}", {"status": "pending"}, {"status": status.name.lower()})


def _check_pending(application: HousingApplication) -> None:
    """Under the lock of the game, which every decision holds."""
    pending = HousingApplication.objects.filter(pk=application.pk, status=ApplicationStatus.PENDING)
    if not pending.exists():
        raise ApplicationClosed


def _beds(own_room: bool) -> int:
    return catalogue.rules().market.applications.own_room_beds if own_room else 1


def _listing_id(wish: Wish) -> int:
    """The named house, or the best that is open. Raises ListingNotFound or NothingSuitable."""
    if wish.listing_id is not None:
        if not HousingListing.objects.filter(pk=wish.listing_id).exists():
            raise ListingNotFound
        return wish.listing_id
    offer = best_offer(offers_open(), wish.preference, _beds(wish.preference.room == "own"))
    if offer is None:
        raise NothingSuitable
    return offer.listing_id
