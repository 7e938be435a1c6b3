"""Why there is no text from the AI. Callers that have something else to offer catch ``AiUnavailable`` and offer it."""

from enum import StrEnum

from tommy.core.errors import DomainError, InvalidInput


class Reason(StrEnum):
    """What stood in the way; also the ``outcome`` of the metrics."""

    DISABLED = "disabled"
    BUDGET = "budget_spent"
    BUSY = "busy"
    CIRCUIT = "circuit_open"
    TIMEOUT = "timeout"
    UPSTREAM = "upstream_failed"
    ANSWER = "answer_refused"


class AiUnavailable(DomainError):
    """There is no answer; ``reason`` tells why, for clients and metrics."""

    code = "ai_unavailable"
    status = 502
    detail = "The AI gives no answer now."

    def __init__(self, reason: Reason, detail: str | None = None) -> None:
        self.reason = reason
        super().__init__(detail, reason=reason.value)


class AiRequestRefused(InvalidInput):
    """The upstream finds fault with the request itself."""

    code = "ai_request_refused"
    detail = "The AI does not take this request."
