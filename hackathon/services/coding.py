"""Hours that WakaTime reports for a participant, counted once however often they are delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from hackathon import catalogue
from hackathon.models import CodingReport, Participant
from hackathon.rules.enums import Cause, EventCode
from hackathon.rules.wakatime import NotWakaTime, Reading, read, worked
from hackathon.selectors.people import participant_get, participant_owner
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.people import check_present
from hackathon.services.saving import shard_save
from hackathon.simulation.effects import Effects
from hackathon.simulation.people import credit_work
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.errors import InvalidInput


def coding_report(*, user_id: UUID | None, participant_id: int, body: Mapping[str, Any], now: datetime) -> float:
    """Count what is new in a body of WakaTime's; answers the seconds. ``user_id`` is None for a signed delivery.

    Raises InvalidInput for none of the known shapes, ParticipantNotFound, NotYourParticipant, ParticipantGone,
    GameOver, GamePaused.
    """
    try:
        readings = read(body, now.date())
    except NotWakaTime as fault:
        raise InvalidInput(str(fault), errors={"body": [str(fault)]}) from None
    rules = catalogue.rules()
    with command():
        owner = user_id or participant_owner(participant_id)
        participant = participant_get(user_id=owner, participant_id=participant_id)
        hackathon = lock_hackathon(user_id=owner, hackathon_id=participant.hackathon_id)
        check_present(hackathon, participant)
        seconds = sum(_count(participant, reading, body, now) for reading in readings)
        if not seconds:
            return 0.0
        shard, effects = load_locked(hackathon, rules), Effects(rules)
        row = shard.state.participants.row(0, participant.number)
        credit_work(shard.state, np.array([row]), seconds / 3600, hackathon.tick // rules.ticks_per_day)
        effects.event(
            1, EventCode.PARTICIPANT_CODED, Cause.CODING, 0, participant=participant.number, count=int(seconds // 60)
        )
        shard_save(shard=shard, effects=effects, rules=rules, now=now)
        return seconds


def _count(participant: Participant, reading: Reading, body: Mapping[str, Any], now: datetime) -> float:
    """Seconds that this reading adds to what was counted under its key; the lock of the game is held."""
    fresh = {"body": dict(body), "updated_at": now}
    report, _ = CodingReport.objects.get_or_create(participant=participant, key=reading.key, defaults=fresh)
    before = report.seconds
    added = worked(reading.moments, report.until) if reading.moments else max(0.0, reading.seconds - report.seconds)
    report.seconds += added
    report.until = max([report.until, *reading.moments])
    report.body, report.updated_at = dict(body), now
    report.save()
    told = {"participant": participant.pk, "key": reading.key}
    note(f"coding_report:{report.pk}", {**told, "seconds": before}, {**told, "seconds": report.seconds})
    return added
