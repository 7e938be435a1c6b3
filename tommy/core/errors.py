"""What can go wrong, said once: a domain error becomes problem+json over REST and an error ack over a socket."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that a client can understand and act on.

    ``code`` is stable snake_case, ``detail`` one human sentence, ``status`` the HTTP status that fits,
    ``data`` extra members of the problem document (for example ``remaining_seconds``).
    Subclasses set the class attributes; an instance may override ``detail`` and add ``data``.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    detail: str = "The request could not be carried out."

    def __init__(self, detail: str | None = None, **data: Any) -> None:
        self.detail = detail or self.detail
        self.data = data
        super().__init__(self.detail)

    @property
    def title(self) -> str:
        return self.code.replace("_", " ").capitalize()


class InvalidInput(DomainError):
    """Well-formed but unacceptable values; ``errors`` maps field to a list of sentences."""

    code = "invalid"
    status = 400
    detail = "The request has invalid values."

    def __init__(self, detail: str | None = None, errors: Mapping[str, Sequence[str]] | None = None, **data: Any):
        if errors is not None:
            data["errors"] = {field: list(sentences) for field, sentences in errors.items()}
        super().__init__(detail, **data)


class Unauthenticated(DomainError):
    code = "token_not_valid"
    status = 401
    detail = "This token is not valid, or no longer."


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    detail = "This is not yours to use."


class NotFound(DomainError):
    code = "not_found"
    status = 404
    detail = "There is no such thing here."


class Conflict(DomainError):
    code = "conflict"
    status = 409
    detail = "The current state does not allow this."


class StorageFull(Conflict):
    """``limit`` and ``stored`` are bytes, of all files of the account together."""

    code = "storage_full"
    detail = "Your files take up all the room there is for an account."


class PreconditionFailed(DomainError):
    code = "precondition_failed"
    status = 412
    detail = "The stored version is not the one you named."


class Unavailable(DomainError):
    """The server cannot take this now; ``retry_after`` (seconds) becomes the ``Retry-After`` header."""

    code = "unavailable"
    status = 503
    detail = "The server cannot take this on right now."

    def __init__(self, detail: str | None = None, *, retry_after: int = 5, **data: Any) -> None:
        super().__init__(detail, retry_after=retry_after, **data)
