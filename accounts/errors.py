"""What can go wrong with an account."""

from tommy.core.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unavailable


class InvalidCredentials(Unauthenticated):
    """The same for an unknown account and a wrong password, so that nobody learns who plays here."""

    code = "invalid_credentials"
    detail = "There is no account with this name and password."


class RefreshReused(Unauthenticated):
    code = "refresh_reused"
    detail = "This refresh token was used before; the login it belongs to has been ended."


class WrongPassword(Forbidden):
    code = "wrong_password"
    detail = "This is not your password."


class AccountInactive(Forbidden):
    code = "account_inactive"
    detail = "This account has been deactivated."


class OriginNotAllowed(Forbidden):
    code = "origin_not_allowed"
    detail = "This origin may not act with your cookie."


class EmailTaken(Conflict):
    code = "email_taken"
    detail = "There is an account with this email address already."


class UsernameTaken(Conflict):
    code = "username_taken"
    detail = "This username is taken."


class AccountChanged(Conflict):
    code = "account_changed"
    detail = "Your account was changed at this very moment; please try again."


class NothingSaved(NotFound):
    code = "nothing_saved"
    detail = "Nothing has been saved here yet."


class AccountBusy(Unavailable):
    code = "account_busy"
    detail = "Something of this account was still being written; please try again."
