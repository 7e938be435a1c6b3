"""Listings, leases and applications."""

from hackathon.errors.base import Penalty
from tommy.core.errors import Conflict, Forbidden, NotFound


class LeaseNotFound(NotFound):
    code = "lease_not_found"
    detail = "There is no such lease in this game."


class LeaseEnded(Conflict):
    code = "lease_ended"
    detail = "This lease has ended."


class ListingNotFound(NotFound):
    code = "listing_not_found"
    detail = "There is no such listing on the market."


class ListingFull(Conflict):
    code = "listing_full"
    detail = "Somebody else was faster: the beds are gone."
    penalty = Penalty.LOST_LISTING


class NoFreeBed(Conflict):
    code = "no_free_bed"
    detail = "There is no free bed."


class NoBedNeeded(Conflict):
    code = "no_bed_needed"
    detail = "This participant is remote and needs no bed."


class AlreadyHoused(Conflict):
    code = "already_housed"
    detail = "This participant lives there already."


class ApplicationNotFound(NotFound):
    code = "application_not_found"
    detail = "There is no such application."


class NotYourApplication(Forbidden):
    code = "not_your_application"
    detail = "This application is of another player's hackathon."


class ApplicationClosed(Conflict):
    code = "application_closed"
    detail = "This application is decided already."


class AlreadyApplied(Conflict):
    code = "already_applied"
    detail = "This participant's application for that house is still open."


class NothingSuitable(Conflict):
    code = "nothing_suitable"
    detail = "There is nothing on the market that would do."
