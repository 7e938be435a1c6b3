"""Closing a WebSocket with 1012, "service restart", which Daphne's library knows but refuses to applications."""

from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

RESTARTING = 1012


class RestartingProtocol(WebSocketProtocol):  # type: ignore[misc]  # daphne has no type information
    """Daphne's protocol, whose application may also say that the server begins anew."""

    def serverClose(self, code: Any = None) -> None:  # noqa: N802
        if code == RESTARTING:
            self.sendCloseFrame(code=code, reasonUtf8=None, isReply=False)
        else:
            super().serverClose(code=code)


def allow_restart_code() -> None:
    """Let the servers of this process speak ``RestartingProtocol``."""
    WebSocketFactory.protocol = RestartingProtocol
