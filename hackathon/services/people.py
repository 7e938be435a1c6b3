"""Participants, by the organiser's hand: let in, corrected, sent home; and devlogs written for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from hackathon import catalogue
from hackathon.errors import GameOver, GamePaused, ParticipantGone, TooManyParticipants
from hackathon.models import Devlog, Hackathon, Participant
from hackathon.rules.enums import Cause, GameStatus, PersonStatus
from hackathon.selectors.people import participant_get
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.saving import shard_save
from hackathon.simulation.effects import Effects
from hackathon.simulation.people import add_people, depart
from tommy.core.audit import note
from tommy.core.db import command


def participant_create(
    *,
    user_id: UUID,
    hackathon_id: int,
    name: str,
    email: str,
    github_username: str,
    skills: Sequence[str],
    in_person: bool,
    international: bool,
    now: datetime,
) -> Participant:
    """Let somebody in under the next number; what is hidden about them is drawn as for everybody.

    Raises TooManyParticipants where the hackathon is full, GameOver or GamePaused.
    """
    rules = catalogue.rules()
    with command():
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        check_running(hackathon)
        shard = load_locked(hackathon, rules)
        people = shard.state.participants
        if len(people) >= (limit := rules.economy.limits.participants):
            raise TooManyParticipants(limit=limit)
        row = add_people(shard.state, rules, np.array([0]), np.array([False]))[0]
        people.in_person[row], people.international[row] = in_person, international
        shard_save(shard=shard, effects=Effects(rules), rules=rules, now=now)
        who = {"name": name, "email": email, "github_username": github_username, "skills": list(skills)}
        Participant.objects.filter(pk=int(people.id[row])).update(**who, country="", home_city="")
        note(f"participant:{people.id[row]}", {}, who)
        return Participant.objects.get(pk=int(people.id[row]))


def participant_update(*, user_id: UUID, participant_id: int, changes: Mapping[str, Any]) -> Participant:
    """Correct who somebody is; the columns of the simulation are not touched, so a tick cannot be disturbed."""
    with command():
        participant = participant_get(user_id=user_id, participant_id=participant_id)
        note(f"participant:{participant.pk}", {name: getattr(participant, name) for name in changes}, changes)
        if changes:
            Participant.objects.filter(pk=participant.pk).update(**changes)
        for field, value in changes.items():
            setattr(participant, field, value)
        return participant


def participant_remove(*, user_id: UUID, participant_id: int, now: datetime) -> None:
    """Send somebody home: their bed is free, their open requests are withdrawn. It counts as a person lost."""
    rules = catalogue.rules()
    with command():
        participant = participant_get(user_id=user_id, participant_id=participant_id)
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=participant.hackathon_id)
        if not hackathon.is_running or participant.status != PersonStatus.ACTIVE:
            # Nothing in play depends on them any more: only the list does.
            Participant.objects.filter(pk=participant.pk).update(status=PersonStatus.REMOVED)
            note(f"participant:{participant_id}", {"status": participant.status}, {"status": int(PersonStatus.REMOVED)})
            return
        shard = load_locked(hackathon, rules)
        row = shard.state.participants.row(0, participant.number)
        effects = Effects(rules)
        note(f"participant:{participant_id}", {"status": participant.status}, {"status": int(PersonStatus.REMOVED)})
        depart(shard.state, effects, np.array([row]), PersonStatus.REMOVED, Cause.ORGANISER)
        shard_save(shard=shard, effects=effects, rules=rules, now=now)


def devlog_create(*, user_id: UUID, participant_id: int, text: str, now: datetime) -> Devlog:
    """A devlog in a participant's name; the days without one begin anew. Raises ParticipantGone."""
    with command():
        participant = participant_get(user_id=user_id, participant_id=participant_id)
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=participant.hackathon_id)
        if participant.status != PersonStatus.ACTIVE:
            raise ParticipantGone
        Participant.objects.filter(pk=participant.pk).update(days_without_devlog=0)
        devlog = Devlog.objects.create(participant=participant, tick=hackathon.tick, at=now, text=text)
        note(f"devlog:{devlog.pk}", {}, {"participant": participant_id})
        return devlog


def check_present(hackathon: Hackathon, participant: Participant) -> None:
    """Raise GamePaused, GameOver or ParticipantGone unless the game goes on with this participant.

    ``participant`` was read before the lock was taken: the game's own rows are looked at again when it is loaded.
    """
    check_running(hackathon)
    if participant.status != PersonStatus.ACTIVE:
        raise ParticipantGone


def check_running(hackathon: Hackathon) -> None:
    """Raise GamePaused or GameOver unless the game goes on."""
    if hackathon.status == GameStatus.PAUSED:
        raise GamePaused
    if not hackathon.is_running:
        raise GameOver
