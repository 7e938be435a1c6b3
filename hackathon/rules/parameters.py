"""What the actions take besides a target; the JSON Schema of these models is what clients are shown."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[int, Field(ge=1, le=2_147_483_647)]
Written = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class Parameters(BaseModel):
    """Strict: no unknown members, no numbers in strings, no truth values for numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class NoParameters(Parameters):
    """This action takes none."""


class LeaseParameters(Parameters):
    """``listing`` may also be given as the target; without ``beds`` all free beds are taken.

    With ``participant`` the first bed is theirs, wherever they lived before; the others go to who has none.
    """

    listing: Number | None = None
    beds: Annotated[int, Field(ge=1, le=1000)] | None = None
    participant: Number | None = None


class DecisionParameters(Parameters):
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] | None = None


class AssignParameters(Parameters):
    """A bed (of a given lease, or of any with room) or the flight the participant is due."""

    what: Literal["housing", "flight"] = "housing"
    lease: Number | None = None


class ReplyParameters(Parameters):
    text: Written


class ResolveParameters(Parameters):
    choice: Annotated[str, Field(min_length=1, max_length=40)]
