"""Standing orders: what players leave behind for the ticks they do not watch. Their shape, and ``orders.json``.

What the words of an order mean (which fields there are, which actions they suit) is known to
``hackathon.simulation.orders``; here is only how an order is put together.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from hackathon.rules.base import Content

LONGEST_NAME = 80
NAMED = r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$"


class Operator(StrEnum):
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    OTHER = "!="
    IN = "in"
    NOT_IN = "not_in"


COMPARISONS = tuple(operator for operator in Operator if operator not in {Operator.IN, Operator.NOT_IN})
IDENTITIES = (Operator.EQUAL, Operator.OTHER)
MEMBERSHIPS = (*IDENTITIES, Operator.IN, Operator.NOT_IN)


class Piece(BaseModel):
    """A frozen piece of an order. Unknown members, NaN and infinities are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Condition(Piece):
    """``field`` compared with ``value``: a number, true or false, a key, or (``in``, ``not_in``) a list of keys."""

    field: StrictStr
    op: Operator
    value: Any


class TargetRule(Piece):
    """Which of the things that an action can be aimed at: those that fit all conditions, sorted by a field.

    ``sort`` is a field, with a minus before it for the greatest first; without it the oldest comes first.
    """

    where: tuple[Condition, ...] = ()
    sort: StrictStr | None = None


class Doing(Piece):
    action: StrictStr
    parameters: dict[str, Any] = {}
    target: TargetRule | None = None


class Order(Piece):
    """When all conditions of ``when`` hold, ``do``; at most so often a tick, and then not again for ``cooldown`` ticks.

    ``record`` is what the server tells of an order; it may be sent back and counts for nothing.
    """

    name: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_NAME, pattern=NAMED)]
    enabled: StrictBool = True
    when: tuple[Condition, ...] = ()
    do: Doing
    at_most: Annotated[StrictInt, Field(ge=1)] | None = None
    cooldown: Annotated[StrictInt, Field(ge=0)] = 0
    record: Any = Field(default=None, exclude=True)


class ActionsATick(Content):
    """How often one order may act in one tick: unless it says so, and at most."""

    default: int = Field(ge=1, le=100)
    at_most: int = Field(ge=1, le=100)

    @model_validator(mode="after")
    def _ordered(self) -> "ActionsATick":
        if self.default > self.at_most:
            raise ValueError("default must not be above at_most")
        return self


class OrdersModel(Content):
    """Limits of standing orders, and the example that players are shown.

    ``tries_a_tick`` bounds what one order may attempt in one tick, refusals included; ``cooldown`` is in ticks.
    """

    orders_at_most: int = Field(ge=1, le=200)
    conditions_at_most: int = Field(ge=1, le=50)
    actions_a_tick: ActionsATick
    tries_a_tick: int = Field(ge=1, le=1000)
    cooldown_at_most: int = Field(ge=0, le=100_000)
    example: tuple[Order, ...]


model = OrdersModel
