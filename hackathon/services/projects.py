"""Projects, described and shipped; shipping is the action ``ship`` by another name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hackathon.errors import NotThisPhase, ProjectExists
from hackathon.models import Project
from hackathon.rules.enums import ShipState
from hackathon.selectors.people import participant_get
from hackathon.selectors.projects import next_phase, project_get
from hackathon.services.games import action_perform
from hackathon.services.locking import lock_hackathon
from hackathon.services.people import check_present
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.uploads import uploads_delete


def project_create(*, user_id: UUID, participant_id: int, fields: Mapping[str, Any], now: datetime) -> Project:
    """Describe what a participant builds, once each. Raises ProjectExists, ParticipantGone, GameOver, GamePaused."""
    with command():
        participant = participant_get(user_id=user_id, participant_id=participant_id)
        check_present(lock_hackathon(user_id=user_id, hackathon_id=participant.hackathon_id), participant)
        try:
            with transaction.atomic():
                project = Project.objects.create(participant=participant, created_at=now, updated_at=now, **fields)
                note(f"project:{project.pk}", {}, fields)
                return project
        except IntegrityError:
            raise ProjectExists from None


def project_update(*, user_id: UUID, project_id: int, fields: Mapping[str, Any], now: datetime) -> Project:
    """Change the description; how far the project is, is the game's."""
    with command():
        project = project_get(user_id=user_id, project_id=project_id)
        note(f"project:{project_id}", {name: getattr(project, name) for name in fields}, fields)
        for name, value in fields.items():
            setattr(project, name, value)
        project.updated_at = now
        project.save(update_fields=[*fields, "updated_at"])
        return project


def project_delete(*, user_id: UUID, project_id: int) -> None:
    """Forget the description and its files, these for good; the participant's work and their parcels stay."""
    with command():
        project = project_get(user_id=user_id, project_id=project_id)
        lock_hackathon(user_id=user_id, hackathon_id=project.participant.hackathon_id)
        files = dict(project.files.values_list("upload_id", "upload__name"))
        note(f"project:{project_id}", {"title": project.title, "files": list(files.values())}, {})
        uploads_delete(upload_ids=files)
        project.delete()


def project_ship(*, user_id: UUID, project_id: int, phase: str | None, now: datetime) -> Project:
    """Ship what is finished, or send a lost parcel again. With ``phase``, only that one.

    Raises NotThisPhase, and what the action ``ship`` refuses (NothingToShip with the hours that are missing).
    """
    project = project_get(user_id=user_id, project_id=project_id)
    participant = project.participant
    if phase is not None and phase != next_phase(project) and participant.ship_state != ShipState.DONE:
        raise NotThisPhase(phase=next_phase(project))
    action_perform(
        user_id=user_id,
        hackathon_id=participant.hackathon_id,
        action_type="ship",
        target_id=participant.pk,
        parameters=None,
        now=now,
    )
    return project_get(user_id=user_id, project_id=project_id)
