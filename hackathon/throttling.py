"""One player cannot take up a whole server: calls are counted for each, in fixed windows on the shared cache.

The limits (``limits.json``) lie far beyond any front end. To cost next to nothing, a process draws a player's calls
from the shared counter by the block and counts those of a block by itself; what it does not use up of a block when the
window ends, the player loses.
"""

from threading import Lock
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.throttling import address_of
from hackathon import catalogue
from hackathon.rules.limits import Calls
from tommy.core import clock
from tommy.core.cache import count

BLOCK = 20
MOST_KNOWN = 100_000


class Blocks:
    """Calls that this process has drawn and not yet answered, by who calls, in the windows that go on."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[int, int]] = {}
        self._lock = Lock()

    def take(self, who: str, window: int, limit: Calls) -> bool:
        """Count one call; False where the window's are used up."""
        with self._lock:
            of_window, left = self._left.get(who, (window, 0))
            if of_window == window and left > 0:
                self._left[who] = (window, left - 1)
                return True
        drawn = _draw(f"tommy.{who}.{window}", limit)
        with self._lock:
            if len(self._left) > MOST_KNOWN:
                self._left.clear()
            self._left[who] = (window, max(0, drawn - 1))
        return drawn > 0


_blocks = Blocks()


def _draw(key: str, limit: Calls) -> int:
    """How many calls of the next block there are; asked of the cache that all processes share."""
    drawn = count(key, BLOCK, 2 * limit.seconds)
    return min(BLOCK, max(0, limit.attempts - (drawn - BLOCK)))


class PlayerThrottle(BaseThrottle):
    """Calls of a player, or of an address that has not logged in; those that take long are counted by themselves."""

    def allow_request(self, request: Request, view: Any) -> bool:
        limits = catalogue.limits()
        slow: frozenset[str] | bool = getattr(view, "slow", False)
        is_slow = slow if isinstance(slow, bool) else request.method in slow
        limit = limits.slow_requests if is_slow else limits.requests
        user = getattr(request.user, "pk", None)
        who = f"{'slow' if is_slow else 'all'}.{user or address_of(request)}"
        now = clock.now().timestamp()
        self._wait = limit.seconds - now % limit.seconds
        return _blocks.take(who, int(now // limit.seconds), limit)

    def wait(self) -> float:
        return self._wait
