"""Daphne as this server needs it, where it has no setting for that."""

from typing import Any

from daphne import http_protocol
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

RESTARTING = 1012


class RestartingProtocol(WebSocketProtocol):  # type: ignore[misc]  # daphne has no type information
    """A socket that the application may also close with 1012, "service restart"."""

    def serverClose(self, code: Any = None) -> None:  # noqa: N802
        if code == RESTARTING:
            self.sendCloseFrame(code=code, reasonUtf8=None, isReply=False)
        else:
            super().serverClose(code=code)


class UnparsedRequest(http_protocol.WebRequest):  # type: ignore[misc]
    """A request whose body is left to Django.

    Twisted reads forms for handlers of its own, on the event loop: an upload of 10 MB would hold up every player for a
    quarter of a second, and one that is malformed would be answered by Twisted.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "parsePOSTFormSubmission": False})


def prepare_daphne() -> None:
    """Let the servers of this process speak these protocols."""
    WebSocketFactory.protocol = RestartingProtocol
    http_protocol.WebRequest = UnparsedRequest
