"""What kind of file somebody hands in: told by its content, never by its name, and what it must not carry."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import Field

from hackathon.rules.base import Content


class FileLimits(Content):
    """What is accepted at all; pixels are of a picture as it would be unpacked."""

    max_bytes: int = Field(ge=1024, le=10 * 1024 * 1024)
    max_pixels: int = Field(ge=10_000, le=100_000_000)
    max_pages: int = Field(ge=1, le=500)


class Kind(NamedTuple):
    """A kind of file that is accepted: what it is called on the web, and by Pillow (pictures only)."""

    content_type: str
    format: str


KINDS: Mapping[str, Kind] = {
    "jpeg": Kind("image/jpeg", "JPEG"),
    "png": Kind("image/png", "PNG"),
    "webp": Kind("image/webp", "WEBP"),
    "pdf": Kind("application/pdf", "PDF"),
}
# Never a kind that a browser would run: whatever is in a text, it is shown as text.
TEXT = Kind("text/plain; charset=utf-8", "TEXT")
# Marks of other kinds of files, which no picture, page or text has a reason to carry.
FOREIGN = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php", b"javascript:")
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x7fELF")
MARKUP = (*FOREIGN, b"<?xml", b"<head", b"<body", b"<iframe", b"<style", b"<object", b"<!--")


class Refused(Exception):
    """The file is not accepted; ``why`` is one of ``unknown_type``, ``unsafe``, ``too_large``, ``unreadable``."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def sniff(content: bytes) -> str | None:
    """Which of ``KINDS`` the content begins like, None for none of them."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return "pdf" if content.startswith((b"%PDF-1.", b"%PDF-2.")) else None


def is_text(content: bytes) -> bool:
    """UTF-8 without control characters, and not the beginning of a page, an image or a script in markup."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
        return False
    return not text.lstrip().lower().encode().startswith((*MARKUP, b"#!", b"%!ps", b"{\\rtf"))


def carries_markup(content: bytes) -> bool:
    """Something in it is meant for a browser or a server to run."""
    lowered = content.lower()
    return any(mark in lowered for mark in FOREIGN)


def has_stowaway(content: bytes, name: str) -> bool:
    """A picture that some other program would take for a page, a script, a PDF or an archive."""
    if carries_markup(content) or b"%pdf-" in content.lower():
        return True
    trailer = content[end_of_picture(content, name) :]
    return any(mark in trailer for mark in ARCHIVES)


def end_of_picture(content: bytes, name: str) -> int:
    """Where the picture itself ends, as far as its format says; what follows belongs to something else."""
    if name == "webp":
        return 8 + int.from_bytes(content[4:8], "little")
    mark = b"IEND\xaeB`\x82" if name == "png" else b"\xff\xd9"
    place = content.find(mark)
    return len(content) if place < 0 else place + len(mark)
