"""Projects and parcels."""

from hackathon.errors.base import Penalty
from tommy.core.errors import Conflict, Forbidden, NotFound


class NothingToShip(Conflict):
    code = "nothing_to_ship"
    detail = "This project is not finished."
    penalty = Penalty.UNFINISHED_PROJECT


class AlreadyShipped(Conflict):
    code = "already_shipped"
    detail = "Both phases of this project are shipped."


class FirstNotDelivered(Conflict):
    code = "first_not_delivered"
    detail = "The parcel of the first phase has not been delivered yet."


class ProjectNotFound(NotFound):
    code = "project_not_found"
    detail = "There is no such project."


class NotYourProject(Forbidden):
    code = "not_your_project"
    detail = "This project is of another player's hackathon."


class ProjectExists(Conflict):
    code = "project_exists"
    detail = "This participant has a project already."


class NotThisPhase(Conflict):
    code = "not_this_phase"
    detail = "This is not the phase that can be shipped now."
