"""Whether a value may stand in an account; the same for REST, for the admin and for ``createsuperuser``."""

import re
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

from accounts.rules import complaint_about_username, normalise_username

# Enough for a small inline image.
PICTURE_MAX = 65_536
_INLINE_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")


def validate_username(value: str) -> None:
    if complaint := complaint_about_username(normalise_username(value)):
        raise ValidationError(complaint)


def validate_timezone(value: str) -> None:
    if value not in _timezones():
        raise ValidationError("A time zone is named as in the IANA database, such as Europe/Berlin.")


def validate_picture(value: str) -> None:
    """A web address, a path on this server, or a small inline image: nothing that a browser would execute."""
    if len(value) > PICTURE_MAX:
        raise ValidationError(f"A profile picture has at most {PICTURE_MAX} characters.")
    if not (_is_web_address(value) or _INLINE_PICTURE.fullmatch(value)):
        raise ValidationError("A profile picture is an http(s) address, a path, or an inline PNG, JPEG, GIF or WebP.")


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if not value.isprintable():
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.netloc)
    return not parts.scheme and not parts.netloc and value.startswith("/")


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    """Read once: the names are files on disk, several hundred of them."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}
