"""Room codes tried at random: what leads nowhere is counted, per user and per address."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest

from accounts.limits import Limit
from accounts.throttling import Counter, address_of
from voting.catalogue import game
from voting.errors import RoomNotFound, TooManyGuesses


@contextmanager
def code_guess(user_id: UUID, address: str, now: datetime) -> Iterator[None]:
    """Around whatever looks a code up; only misses count. Raises TooManyGuesses."""
    codes = game().codes
    counters = [
        _counter("user", str(user_id), codes.wrong_per_user, now),
        _counter("address", address, codes.wrong_per_address, now),
    ]
    for counter in counters:
        if counter.is_used_up():
            raise TooManyGuesses(retry_after=int(counter.seconds_left) + 1)
    try:
        yield
    except RoomNotFound:
        for counter in counters:
            counter.take()
        raise


class GuessCounter(Counter):
    """A counter that can be looked at without being moved."""

    def is_used_up(self) -> bool:
        return bool((cache.get(self._window_key) or 0) >= self.limit.attempts)


def address_of_scope(scope: Mapping[str, object], forwarded_for: str | None) -> str:
    """The client's address behind a socket, trusted as far as that of a REST request."""
    request = HttpRequest()
    client = scope.get("client")
    request.META["REMOTE_ADDR"] = str(client[0]) if isinstance(client, list | tuple) and client else ""
    if forwarded_for:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded_for
    return address_of(request)


def _counter(kind: str, who: str, limit: Limit, now: datetime) -> GuessCounter:
    return GuessCounter(f"voting.guess.{kind}.{hashlib.sha256(who.encode()).hexdigest()}", limit, now)
