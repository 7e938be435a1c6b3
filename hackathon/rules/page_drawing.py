"""The first page of a PDF as a picture, drawn in a process apart that cannot harm this one."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

CHILD = Path(__file__).with_name("page_drawing_child.py")
SECONDS = 10


def first_page(content: bytes) -> Image.Image | None:
    """The page in colours of grey, its longer side 960 pixels; None for what cannot be drawn, or not in time."""
    try:
        # Isolated and without an environment: it parses what strangers wrote, and needs none of our secrets for it.
        done = subprocess.run(  # noqa: S603  # this interpreter, and a file of ours
            [sys.executable, "-I", str(CHILD)], input=content, capture_output=True, timeout=SECONDS, env={}, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return None
    size, _, grey = done.stdout.partition(b"\n")
    width, height = map(int, size.split())
    return Image.frombytes("L", (width, height), grey).convert("RGB")
