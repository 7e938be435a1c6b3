"""What can go wrong in Nesra Town."""

from tommy.core.errors import Conflict, InvalidInput, NotFound


class TaskNotFound(NotFound):
    code = "task_not_found"
    detail = "You have no such task template."


class TooManyTasks(Conflict):
    code = "too_many_tasks"
    detail = "You keep as many task templates as there may be; delete one first."


class SessionNotFound(NotFound):
    code = "session_not_found"
    detail = "You have no such session."


class SessionPending(Conflict):
    """``session_id``: the session that is running."""

    code = "session_pending"
    detail = "You are in a session already; complete or cancel it first."


class SessionTooEarly(Conflict):
    """``remaining_seconds``: after how long the session may be completed."""

    code = "session_too_early"
    detail = "This session is not over yet."


class SessionTimedOut(Conflict):
    code = "session_timed_out"
    detail = "This session was not completed in time and no longer counts."


class SessionCancelled(Conflict):
    code = "session_cancelled"
    detail = "This session was cancelled."


class SessionCompleted(Conflict):
    code = "session_completed"
    detail = "This session was completed and can no longer be cancelled."


class ItemNotOwned(NotFound):
    code = "item_not_owned"
    detail = "You do not own such an item."


class ItemAlreadyOwned(Conflict):
    code = "item_already_owned"
    detail = "You own this item already."


class NotOnOffer(NotFound):
    code = "not_on_offer"
    detail = "The shop does not sell this today."


class NotEnoughGold(Conflict):
    """``price`` and ``gold``: what it takes and what there is."""

    code = "not_enough_gold"
    detail = "You do not have enough gold for this."


class OnVacation(Conflict):
    code = "on_vacation"
    detail = "You are on vacation already."


class NotOnVacation(Conflict):
    code = "not_on_vacation"
    detail = "You are not on vacation."


class VacationTooLong(InvalidInput):
    """``days_left``: how many vacation days the last 365 leave."""

    code = "vacation_too_long"
    detail = "You do not have so many vacation days left."


class SpriteNotFound(NotFound):
    code = "sprite_not_found"
    detail = "No item has this sprite."
