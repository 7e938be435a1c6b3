"""What an email address, a username, a version and an address are to us: pure functions."""

import re
import unicodedata
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from uuid import UUID

PASSWORD_MIN = 6
USERNAME_MIN = 3
USERNAME_MAX = 100
IDENTIFIER_MAX = 254
NOTHING_SAVED = 0

# Versions are small numbers; nginx turns a strong ETag into a weak one when it compresses, so both spellings count.
_VERSION_TAG = re.compile(r'^(?:W/)?"?(\d{1,18})"?$')
_NOT_IN_MADE_NAMES = re.compile(r"[^A-Za-z0-9._-]")
_IPV6_NETWORK_BITS = 64


def normalise_email(text: str) -> str:
    """Lower case throughout, so that one address is one account."""
    return text.strip().lower()


def normalise_username(text: str) -> str:
    """One spelling of what looks the same (NFKC), without space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def username_key(username: str) -> str:
    """Equal for two usernames exactly if they may not both exist: whatever their case, in any script."""
    return unicodedata.normalize("NFKC", normalise_username(username).casefold())


def complaint_about_username(username: str) -> str | None:
    """What is wrong with a normalised username, in one sentence; None where nothing is."""
    if not USERNAME_MIN <= len(username) <= USERNAME_MAX:
        return f"A username has {USERNAME_MIN} to {USERNAME_MAX} characters."
    if "@" in username:
        return "A username cannot contain @, which would make it look like an email address."
    if not username.isprintable():
        return "A username cannot contain invisible characters."
    return None


def usernames_for(email: str, account_id: UUID) -> Iterator[str]:
    """Usernames for a player who named none, best first; the last holds the whole id, so it is free."""
    base = _NOT_IN_MADE_NAMES.sub("", email.partition("@")[0].partition("+")[0])[:64] or "player"
    if len(base) >= USERNAME_MIN:
        yield base
    yield f"{base}-{account_id.hex[:6]}"
    yield f"{base}-{account_id.hex}"


def looks_like_email(identifier: str) -> bool:
    """Whether a login names an address; usernames hold no @."""
    return "@" in identifier


def version_matches(if_match: str | None, version: int) -> bool:
    """Whether an ``If-Match`` header allows replacing ``version``; ``"0"`` names the state before the first save."""
    if if_match is None:
        return True
    if if_match.strip() == "*":
        return version != NOTHING_SAVED
    tags = (_VERSION_TAG.match(tag.strip()) for tag in if_match.split(","))
    return any(int(tag[1]) == version for tag in tags if tag)


def address_bucket(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that an IPv6 customer has to himself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    network = int(parsed) >> _IPV6_NETWORK_BITS
    return str(IPv6Address(network << _IPV6_NETWORK_BITS))
