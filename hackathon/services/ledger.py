"""Every change of a budget leaves a row, in the transaction that changed it."""

from datetime import datetime

import numpy as np

from hackathon.models import Hackathon, LedgerEntry
from hackathon.rules.enums import Cause, Quantity
from hackathon.simulation.effects import Effects
from hackathon.simulation.store import Shard
from tommy.core.bulk import insert_rows


def ledger_open(*, hackathon: Hackathon, now: datetime) -> None:
    """The money that a game begins with. Runs inside the command that creates the game."""
    if hackathon.budget_cents:
        LedgerEntry.objects.create(
            hackathon=hackathon,
            tick=hackathon.tick,
            at=now,
            cause=Cause.BEGINNING,
            amount_cents=hackathon.budget_cents,
        )


def changes_record(*, shard: Shard, effects: Effects, now: datetime) -> None:
    """One row for each game and cause that moved money; one statement. Runs inside the caller's command."""
    changes = [change for change in effects.changes if change.quantity is Quantity.BUDGET_CENTS]
    if not changes:
        return
    games = np.concatenate([change.games for change in changes])
    amounts = np.concatenate([change.deltas for change in changes])
    causes = np.repeat([int(change.cause) for change in changes], [len(change.games) for change in changes])
    moved = np.flatnonzero(amounts)
    insert_rows(
        LedgerEntry,
        len(moved),
        {
            "hackathon_id": shard.hackathon_ids[games[moved]],
            "tick": shard.state.games.tick[games[moved]],
            "at": now,
            "cause": causes[moved],
            "amount_cents": amounts[moved],
        },
    )
