"""Guessing passwords and mass registration, slowed down without locking anybody out.

Attempts are counted in fixed windows on the shared cache (the database of all processes in services mode). A password
attempt is counted before the hash is computed and given back when it was no wrong guess, so that simultaneous guesses
count too. ``docs/accounts.md`` says which limits there are, and why an attacker cannot lock a player out.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.errors import InvalidCredentials, WrongPassword
from accounts.limits import Limit, limits
from accounts.rules import address_bucket, looks_like_email, normalise_email, username_key
from tommy.core import clock
from tommy.core.cache import count


@dataclass(frozen=True)
class Counter:
    """Attempts of one kind in the window that ``now`` falls into."""

    key: str
    limit: Limit
    now: datetime

    def take(self) -> bool:
        """Count one more; False where that is one too many."""
        # Kept beyond its window, so that an attempt begun in the window's last moment can still be given back.
        return count(self._window_key, 1, 2 * self.limit.seconds) <= self.limit.attempts

    def give_back(self) -> None:
        with suppress(ValueError):  # the cache has dropped it meanwhile
            cache.decr(self._window_key)

    def forget(self) -> None:
        cache.delete(self._window_key)

    @property
    def seconds_left(self) -> float:
        return self.limit.seconds - self.now.timestamp() % self.limit.seconds

    @property
    def _window_key(self) -> str:
        return f"{self.key}.{int(self.now.timestamp() // self.limit.seconds)}"


class PasswordAttempt:
    """One try of a password for an account, from an address."""

    def __init__(self, address: str, identifier: str, now: datetime) -> None:
        account = normalise_email(identifier) if looks_like_email(identifier) else username_key(identifier)
        current = limits()
        self._known_key = _key("known", account, address)
        self._known_seconds = int(timedelta(days=current.known_address_days).total_seconds())
        self._address = Counter(_key("address", address), current.failed_passwords_per_address, now)
        self._pair = Counter(_key("pair", account, address), current.failed_passwords_per_account_and_address, now)
        self._account = Counter(_key("account", account), current.failed_passwords_per_account, now)
        self._taken: list[Counter] = []

    def begin(self) -> None:
        """Count the attempt, narrowest address first; raises Throttled.

        An address that the account's owner has logged in from is not counted against the account as a whole: strangers
        who exhaust that limit from many addresses would otherwise lock the owner out.
        """
        known = cache.get(self._known_key) is not None
        for counter in (self._address, self._pair, *([] if known else [self._account])):
            self._taken.append(counter)
            if not counter.take():
                raise Throttled(wait=counter.seconds_left)

    def undo(self) -> None:
        """It was no guess: something else came between."""
        for counter in self._taken:
            counter.give_back()

    def succeed(self) -> None:
        """It was the password: this address is the owner's."""
        self.undo()
        self._pair.forget()
        cache.set(self._known_key, True, timeout=self._known_seconds)


@contextmanager
def password_attempt(
    request: Request | HttpRequest,
    identifier: str,
    now: datetime,
    wrong: tuple[type[Exception], ...] = (InvalidCredentials, WrongPassword),
) -> Iterator[None]:
    """Around the check of a password; the exceptions named ``wrong`` count as a guess. Raises Throttled instead."""
    attempt = PasswordAttempt(address_of(request), identifier, now)
    attempt.begin()
    try:
        yield
    except wrong:
        raise
    except BaseException:
        attempt.undo()
        raise
    attempt.succeed()


class RegistrationThrottle(BaseThrottle):
    """New accounts per address."""

    def allow_request(self, request: Request, view: Any) -> bool:
        key = _key("register", address_of(request))
        self._counter = Counter(key, limits().registrations_per_address, clock.now())
        return self._counter.take()

    def wait(self) -> float:
        return self._counter.seconds_left


def address_of(request: Request | HttpRequest) -> str:
    """The client's address as far as it can be trusted: ``X-Forwarded-For`` counts for as many proxies as are ours."""
    return address_bucket(str(BaseThrottle().get_ident(cast(Request, request))))


def _key(kind: str, *parts: str) -> str:
    """A cache key of fixed length; what it is made of is the client's, of any length, and nobody else's business."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"accounts.{kind}.{digest}"
