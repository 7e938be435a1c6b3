"""``project_files.json``, and what may be handed in with a project: pictures, PDFs and plain text (Markdown too)."""

import hashlib
from typing import NamedTuple

from pydantic import Field

from hackathon.rules.file_contents import document_read, picture_read
from hackathon.rules.file_kinds import KINDS, TEXT, FileLimits, Refused, carries_markup, has_stowaway, is_text, sniff


class ProjectFilesModel(FileLimits):
    """How many files a project may have, and how large each may be."""

    per_project: int = Field(ge=0, le=1000)


model = ProjectFilesModel


class Examined(NamedTuple):
    """What may be kept of a file, what it is, and the hash (hex) by which the same file is known again."""

    content: bytes
    content_type: str
    sha256: str


def examine(content: bytes, limits: FileLimits) -> Examined:
    """Look into a file and clean it. Raises Refused."""
    if len(content) > limits.max_bytes:
        raise Refused("too_large")
    sha256, name = hashlib.sha256(content).hexdigest(), sniff(content)
    if name is None:
        return Examined(_text_checked(content), TEXT.content_type, sha256)
    kind = KINDS[name]
    if name == "pdf":
        document_read(content, limits)
        return Examined(content, kind.content_type, sha256)
    if has_stowaway(content, name):
        raise Refused("unsafe")
    return Examined(picture_read(content, kind, limits).content, kind.content_type, sha256)


def _text_checked(content: bytes) -> bytes:
    if not is_text(content):
        raise Refused("unknown_type")
    if carries_markup(content):
        raise Refused("unsafe")
    return content
