"""What a client may send over a socket, command by command."""

from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from tommy.core.errors import InvalidInput
from voting.models import ANSWER_MAX

P = TypeVar("P", bound="Payload")


def _without_null(text: str) -> str:
    if "\x00" in text:
        raise ValueError("Text cannot contain null characters.")
    return text


Code = Annotated[str, StringConstraints(min_length=1, max_length=32), AfterValidator(_without_null)]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=ANSWER_MAX),
    AfterValidator(_without_null),
]


class Payload(BaseModel):
    """Clients may send more than is asked for; it is ignored."""

    model_config = ConfigDict(frozen=True)

    room_code: Code


class JoinPayload(Payload):
    as_spectator: StrictBool = False


class KickPayload(Payload):
    user_id: UUID


class RoundPayload(Payload):
    round_id: UUID


class AnswerPayload(RoundPayload):
    answer: Text = Field(description="1 to 500 characters.")


class VotePayload(RoundPayload):
    answer_id: UUID


def parse(kind: type[P], raw: object) -> P:
    """``raw`` as a payload of this kind. Raises InvalidInput."""
    if not isinstance(raw, dict):
        raise InvalidInput("The payload has to be one JSON object.")
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        faults = {".".join(map(str, one["loc"])): [f"{one['msg']}."] for one in error.errors(include_input=False)}
        field, sentences = next(iter(faults.items()))
        raise InvalidInput(f"{field}: {sentences[0]}", errors=faults) from None
