"""Standing orders."""

from tommy.core.errors import InvalidInput


class InvalidOrders(InvalidInput):
    code = "invalid_orders"
    detail = "These standing orders cannot be followed as they are written."


class TooManyOrders(InvalidInput):
    code = "too_many_orders"
    detail = "These are more standing orders than a game can have."
