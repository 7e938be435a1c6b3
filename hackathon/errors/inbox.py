"""Letters."""

from tommy.core.errors import Conflict, NotFound


class MessageNotFound(NotFound):
    code = "message_not_found"
    detail = "There is no such message in your inbox."


class CannotReply(Conflict):
    code = "cannot_reply"
    detail = "This message is one of your own."
