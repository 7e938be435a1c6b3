"""Actions by themselves."""

from tommy.core.errors import Conflict, InvalidInput


class UnknownAction(InvalidInput):
    code = "unknown_action"
    detail = "There is no such action."


class InvalidParameters(InvalidInput):
    code = "invalid_parameters"
    detail = "The action's target or parameters are not valid."


class NoTarget(Conflict):
    code = "no_target"
    detail = "There is nothing now that this could be done to."


class VolunteersFull(Conflict):
    code = "volunteers_full"
    detail = "There are as many volunteers as you can guide."


class FundraisedLately(Conflict):
    code = "fundraised_lately"
    detail = "The last round of asking for money was too recent."
