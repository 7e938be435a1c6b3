"""What tests of services share: time passes, players act, rows are compared."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from hackathon.models import Hackathon, LedgerEntry
from hackathon.services import autopilot, games, ticks
from tommy.core.errors import DomainError

TICK = timedelta(seconds=10)
EVERYONE = {"low": 1, "high": 2**31}


def act(
    game: Hackathon, action: str, now: datetime, target: int | None = None, **parameters: Any
) -> games.ActionResult:
    return games.action_perform(
        user_id=game.user_id,
        hackathon_id=game.pk,
        action_type=action,
        target_id=target,
        parameters=parameters,
        now=now,
    )


def play(count: int, now: datetime) -> datetime:
    """Let ``count`` ticks pass, autopilots acting before each; answers the moment then."""
    for _ in range(count):
        now += TICK
        autopilot.autopilots_play(now=now)
        ticks.world_advance(now=now)
        ticks.shard_tick(**EVERYONE, now=now)
    return now


def at_once(count: int, work: Callable[[int], Any]) -> Counter[str]:
    """Run ``work(i)`` in so many threads; answers how often each outcome (``ok`` or an error's code) came."""
    outcomes: Counter[str] = Counter()
    barrier = threading.Barrier(count)

    def one(number: int) -> None:
        barrier.wait()
        try:
            work(number)
            outcomes["ok"] += 1
        except DomainError as refusal:
            outcomes[refusal.code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def ledger_sums(game: Hackathon) -> tuple[int, int]:
    """(received, spent) by the ledger, in cents."""
    found = LedgerEntry.objects.filter(hackathon=game).aggregate(
        received=Sum("amount_cents", filter=Q(amount_cents__gt=0), default=0),
        spent=Sum("amount_cents", filter=Q(amount_cents__lt=0), default=0),
    )
    return found["received"], -found["spent"]
