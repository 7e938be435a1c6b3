"""Where games add to what an account shows, so that nothing here has to import them.

An app calls these from its ``AppConfig.ready()``; a section is a function of ``(user_id, now)`` that returns plain
JSON values with a fixed number of SQL statements.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

Section = Callable[[UUID, datetime], Any]

_profile: dict[str, Section] = {}
_export: dict[str, Section] = {}


def register_profile_section(name: str, read: Section) -> None:
    """``GET /api/me`` shows ``read(user_id, now)`` as member ``name``."""
    _profile[name] = read


def register_export_section(name: str, read: Section) -> None:
    """``GET /api/me/export`` holds ``read(user_id, now)``, everything of that kind which the account owns."""
    _export[name] = read


def profile_sections(user_id: UUID, now: datetime) -> dict[str, Any]:
    return {name: read(user_id, now) for name, read in _profile.items()}


def export_sections(user_id: UUID, now: datetime) -> dict[str, Any]:
    return {name: read(user_id, now) for name, read in _export.items()}
