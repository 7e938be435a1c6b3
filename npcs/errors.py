"""What talking to characters may be refused for. Codes are stable; clients act on them."""

from tommy.core.errors import InvalidInput, NotFound


class NpcNotFound(NotFound):
    code = "npc_not_found"
    detail = "There is no such character."


class EmptyMessage(InvalidInput):
    code = "empty_message"
    detail = "The message holds nothing that could be read."
