"""What all content models share: frozen, no unknown keys, and the ranges that keep numbers sensible."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Content(BaseModel):
    """A frozen piece of JSON content. Unknown keys, NaN and infinities are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
DottedKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Share = Annotated[float, Field(ge=0, le=1)]
Level = Annotated[float, Field(ge=0, le=100)]
Change = Annotated[float, Field(ge=-100, le=100)]
Gain = Annotated[float, Field(ge=0, le=100)]
Loss = Annotated[float, Field(ge=-100, le=0)]
Factor = Annotated[float, Field(ge=0, le=10)]
Weight = Annotated[float, Field(gt=0, le=1000)]
Points = Annotated[float, Field(ge=0, le=100)]
Euros = Annotated[float, Field(ge=0, le=1_000_000)]
EuroChange = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=10_000)]
SomeDays = Annotated[int, Field(ge=1, le=10_000)]
Ticks = Annotated[int, Field(ge=1, le=100_000)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class Range(Content):
    """Both ends belong to it."""

    low: float = Field(ge=0, le=1_000_000)
    high: float = Field(ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class WholeRange(Content):
    """Whole numbers, both ends belonging to it."""

    low: int = Field(ge=0, le=10_000)
    high: int = Field(ge=0, le=10_000)

    @model_validator(mode="after")
    def _ordered(self) -> "WholeRange":
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


def cents(euros: float) -> int:
    """Euros of the content as integer cents of the game."""
    return round(euros * 100)
