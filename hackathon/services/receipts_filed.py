"""The papers that simulated participants hand in with their requests, so that all receipts stand in one list."""

from datetime import datetime
from typing import Any

import numpy as np
import orjson

from hackathon import catalogue
from hackathon.models import Receipt
from hackathon.rules.enums import EventCode, Reason, RequestKind
from hackathon.rules.receipts import Ground, Reading, Verdict
from hackathon.simulation.effects import Effects
from hackathon.simulation.store import Shard
from tommy.core.bulk import insert_rows


def receipts_file(*, shard: Shard, effects: Effects, now: datetime) -> None:
    """One receipt for each request for a receipt's money that was just opened; runs inside the caller's command.

    They are judged by what the player may know: the score that the request shows. The truth comes with the decision.
    """
    events, requests = effects.events.table, shard.state.requests
    opened = (events.code == EventCode.REQUEST_OPENED) & (events.count == RequestKind.RECEIPT)
    rows = requests.rows(events.game[opened], events.request[opened])
    if not len(rows):
        return
    games, people = requests.game[rows], shard.state.participants
    suspicion, high = requests.suspicion[rows], effects.rules.requests.suspicion.high
    doubted = suspicion >= high
    columns: dict[str, Any] = {
        "hackathon_id": shard.hackathon_ids[games],
        "participant_id": people.id[people.rows(games, requests.participant[rows])],
        "request": requests.number[rows],
        "amount_cents": requests.amount_cents[rows],
        "verdict": np.where(doubted, Verdict.FAKE, Verdict.VALID),
        "confidence": np.where(doubted, suspicion, 1 - suspicion),
        "reasons": [_reasons(flags) for flags in requests.reasons[rows].tolist()],
        "vendor": _vendors(requests.number[rows].tolist(), requests.amount_cents[rows].tolist()),
        "tick": shard.state.games.tick[games],
        "purchased_on": now.date(),
        "created_at": now,
        "reading": int(Reading.NONE),
        "reader_notes": "[]",
        **dict.fromkeys(("description", "sha256", "fingerprint", "wording"), ""),
    }
    insert_rows(Receipt, len(rows), columns)


def _reasons(flags: int) -> str:
    named = [str(flag.name).lower() for flag in Reason(flags)]
    return orjson.dumps(named or [Ground.FITS]).decode()


def _vendors(numbers: list[int], amounts: list[int]) -> list[str]:
    """The same request always comes from the same shop."""
    known = catalogue.receipt_rules().vendors
    return [known[(number * 31 + amount) % len(known)] for number, amount in zip(numbers, amounts, strict=True)]
