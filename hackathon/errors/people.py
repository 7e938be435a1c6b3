"""Participants."""

from tommy.core.errors import Conflict, Forbidden, NotFound, Unauthenticated


class ParticipantNotFound(NotFound):
    code = "participant_not_found"
    detail = "There is no such participant in this game."


class ParticipantGone(Conflict):
    code = "participant_gone"
    detail = "This participant has left."


class TooManyParticipants(Conflict):
    code = "too_many_participants"
    detail = "The hackathon is full."


class NotYourParticipant(Forbidden):
    code = "not_your_participant"
    detail = "This participant is at another player's hackathon."


class NotSigned(Unauthenticated):
    code = "not_signed"
    detail = "A valid signature of the body, or a player's token, is needed."
