"""Operating system signals that a running server listens to."""

import signal
from types import FrameType

from tommy.core.content import content


def reload_content_on_hangup() -> None:
    """SIGHUP: take up changed content files at once; a bad file is logged and the last good content stays."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _reload)


def _reload(number: int, frame: FrameType | None) -> None:
    content.reload()
