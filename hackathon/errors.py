"""What a player's action may be refused for. Codes are stable; clients act on them."""

from enum import StrEnum

from tommy.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, Unauthenticated


class Penalty(StrEnum):
    """Refusals that cost something all the same; ``simulation.penalties.apply_penalty`` carries them out."""

    UNFINISHED_PROJECT = "unfinished_project"
    LOST_LISTING = "lost_listing"


class UnknownAction(InvalidInput):
    code = "unknown_action"
    detail = "There is no such action."


class InvalidParameters(InvalidInput):
    code = "invalid_parameters"
    detail = "The action's target or parameters are not valid."


class UnknownChoice(InvalidInput):
    code = "unknown_choice"
    detail = "This incident offers no such choice."


class NotEnoughAp(Conflict):
    code = "not_enough_ap"
    detail = "There are not enough action points for this."


class NotEnoughMoney(Conflict):
    code = "not_enough_money"
    detail = "There is not enough money for this."


class GameOver(Conflict):
    code = "game_over"
    detail = "This game has ended."


class GamePaused(Conflict):
    code = "game_paused"
    detail = "This game is paused."


class IncidentNotFound(NotFound):
    code = "incident_not_found"
    detail = "There is no such incident in this game."


class IncidentClosed(Conflict):
    code = "incident_closed"
    detail = "This incident is closed already."


class TooManyIncidents(Conflict):
    code = "too_many_incidents"
    detail = "No further incident fits into this game now."


class RequestNotFound(NotFound):
    code = "request_not_found"
    detail = "There is no such request in this game."


class RequestClosed(Conflict):
    code = "request_closed"
    detail = "This request is decided already."


class ParticipantNotFound(NotFound):
    code = "participant_not_found"
    detail = "There is no such participant in this game."


class ParticipantGone(Conflict):
    code = "participant_gone"
    detail = "This participant has left."


class NothingToShip(Conflict):
    code = "nothing_to_ship"
    detail = "This project is not finished."
    penalty = Penalty.UNFINISHED_PROJECT


class AlreadyShipped(Conflict):
    code = "already_shipped"
    detail = "Both phases of this project are shipped."


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


class NoFlightDue(Conflict):
    code = "no_flight_due"
    detail = "No flight is due to this participant."


class VolunteersFull(Conflict):
    code = "volunteers_full"
    detail = "There are as many volunteers as you can guide."


class FundraisedLately(Conflict):
    code = "fundraised_lately"
    detail = "The last round of asking for money was too recent."


class UnknownIncidentType(InvalidInput):
    code = "unknown_incident_type"
    detail = "There is no such type of incident."


class NoTarget(Conflict):
    code = "no_target"
    detail = "There is nothing now that this could be done to."


class HackathonNotFound(NotFound):
    code = "hackathon_not_found"
    detail = "There is no such hackathon."


class NotYourHackathon(Forbidden):
    code = "not_your_hackathon"
    detail = "This hackathon is another player's."


class TooManyHackathons(Conflict):
    code = "too_many_hackathons"
    detail = "You cannot run more hackathons at the same time."


class MessageNotFound(NotFound):
    code = "message_not_found"
    detail = "There is no such message in your inbox."


class CannotReply(Conflict):
    code = "cannot_reply"
    detail = "This message is one of your own."


class AdminEventNotFound(NotFound):
    code = "admin_event_not_found"
    detail = "There is no such event."


class AdminEventStarted(Conflict):
    code = "admin_event_started"
    detail = "This event has struck already and cannot be called off."


class ReceiptNotFound(NotFound):
    code = "receipt_not_found"
    detail = "There is no such receipt of yours."


class UnknownFileType(DomainError):
    code = "unknown_file_type"
    status = 415
    detail = "Only JPEG, PNG, WebP and PDF files are accepted, told by their content."


class UnsafeFile(InvalidInput):
    code = "unsafe_file"
    detail = "This file holds more than a picture or pages, and is not kept."


class FileTooLarge(DomainError):
    code = "file_too_large"
    status = 413
    detail = "This file is too large, or has too many pixels or pages."


class UnreadableFile(InvalidInput):
    code = "unreadable_file"
    detail = "This file is damaged and cannot be read."


class TooManyParticipants(Conflict):
    code = "too_many_participants"
    detail = "The hackathon is full."


class NotYourParticipant(Forbidden):
    code = "not_your_participant"
    detail = "This participant is at another player's hackathon."


class SaveNotFound(NotFound):
    code = "save_not_found"
    detail = "There is no such save of yours."


class StipendNotFound(NotFound):
    code = "stipend_not_found"
    detail = "There is no such stipend."


class FlightNotFound(NotFound):
    code = "flight_not_found"
    detail = "There is no such flight."


class NotYourRequest(Forbidden):
    code = "not_your_request"
    detail = "This was asked for at another player's hackathon."


class TooManyRequests(Conflict):
    code = "too_many_requests"
    detail = "This participant has enough open requests."


class FlightUnderWay(Conflict):
    code = "flight_under_way"
    detail = "This participant has a flight already, asked for or booked."


class FirstNotDelivered(Conflict):
    code = "first_not_delivered"
    detail = "The parcel of the first phase has not been delivered yet."


class ProjectNotFound(NotFound):
    code = "project_not_found"
    detail = "There is no such project."


class NotYourProject(Forbidden):
    code = "not_your_project"
    detail = "This project is of another player's hackathon."


class NotSigned(Unauthenticated):
    code = "not_signed"
    detail = "A valid signature of the body, or a player's token, is needed."


class ProjectExists(Conflict):
    code = "project_exists"
    detail = "This participant has a project already."


class NotThisPhase(Conflict):
    code = "not_this_phase"
    detail = "This is not the phase that can be shipped now."


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
