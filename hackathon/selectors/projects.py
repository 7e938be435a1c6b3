"""Projects and their parcels, as clients see them."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from hackathon import catalogue
from hackathon.errors import NotYourProject, ProjectNotFound
from hackathon.models import Hackathon, Participant, Project, ProjectFile, Shipment
from hackathon.rules.enums import ShipmentState, ShipState
from hackathon.rules.shipping import PHASES

WORDS = {
    ShipState.BUILDING_FIRST: "building",
    ShipState.READY_FIRST: "ready",
    ShipState.BUILDING_SECOND: "building",
    ShipState.READY_SECOND: "ready",
    ShipState.DONE: "shipped",
}


FILES = Prefetch("files", ProjectFile.objects.select_related("upload").order_by("-id"))


def projects_of(hackathon: Hackathon) -> QuerySet[Project]:
    """The hackathon's projects, newest first."""
    mine = Project.objects.filter(participant__hackathon=hackathon).order_by("-id")
    return mine.select_related("participant").prefetch_related(FILES)


def project_get(*, user_id: UUID, project_id: int) -> Project:
    """Two statements; raises ProjectNotFound or NotYourProject."""
    project = (
        Project.objects.select_related("participant__hackathon").prefetch_related(FILES).filter(pk=project_id).first()
    )
    if project is None:
        raise ProjectNotFound
    if project.participant.hackathon.user_id != user_id:
        raise NotYourProject
    return project


def next_phase(project: Project) -> str:
    """The phase that is built or waits to be shipped; a lost first parcel comes before the second. One statement."""
    participant = project.participant
    lost = _parcels(participant).filter(state=ShipmentState.LOST).order_by("phase").first()
    if lost is not None:
        return PHASES[lost.phase]
    first = participant.ship_state in {ShipState.BUILDING_FIRST, ShipState.READY_FIRST}
    return PHASES[1 if first else 2]


def project_view(project: Project) -> dict[str, Any]:
    """A project for clients; ``hours_needed`` is what its present phase asks for in all."""
    participant, rules = project.participant, catalogue.rules().work.shipping
    stage = ShipState(participant.ship_state)
    first = stage in {ShipState.BUILDING_FIRST, ShipState.READY_FIRST}
    return {
        "project_id": project.pk,
        "id": project.pk,
        "participant_id": participant.pk,
        "hackathon_id": participant.hackathon_id,
        "title": project.title,
        "description": project.description,
        "repository_url": project.repository_url,
        "status": WORDS[stage],
        "phase": PHASES[1 if first else 2],
        "hours": round(participant.hours, 2),
        "hours_needed": rules.first_hours + (0 if first else rules.second_hours),
        "files": [project_file_view(file) for file in project.files.all()],
        "created_at": project.created_at,
        "updated_at": project.updated_at,
    }


def project_file_view(file: ProjectFile) -> dict[str, Any]:
    """A file for clients; ``url`` is its owner's and staff's alone."""
    return {
        "id": file.pk,
        "file_id": file.pk,
        "project_id": file.project_id,
        "name": file.upload.name,
        "content_type": file.upload.content_type,
        "size": file.upload.size,
        "sha256": file.sha256,
        "url": f"/uploads/{file.upload_id}",
        "created_at": file.created_at,
    }


def shipping_view(project: Project) -> dict[str, Any]:
    """The latest parcel with its tracking, and all there were; one statement. ``status`` is not_shipped before."""
    parcels = [_parcel_view(parcel) for parcel in _parcels(project.participant).order_by("-phase")]
    latest = parcels[0] if parcels else {"phase": PHASES[1], "status": "not_shipped", "tracking": None}
    return {"project_id": project.pk, **latest, "shipments": parcels}


def _parcels(participant: Participant) -> QuerySet[Shipment]:
    return Shipment.objects.filter(hackathon_id=participant.hackathon_id, participant=participant.number)


def _parcel_view(parcel: Shipment) -> dict[str, Any]:
    state = ShipmentState(parcel.state)
    stations = [("packed", parcel.packed_tick), ("in_customs", parcel.customs_tick), (_word(state), parcel.closed_tick)]
    return {
        "phase": PHASES[parcel.phase],
        "status": _word(state),
        "tracking": {
            "number": tracking_number(parcel),
            "attempt": parcel.attempts,
            "next_tick": parcel.due_tick if state in {ShipmentState.PACKED, ShipmentState.IN_CUSTOMS} else None,
            "events": [{"status": word, "tick": tick} for word, tick in stations if tick >= 0],
        },
    }


def tracking_number(parcel: Shipment) -> str:
    return f"TT{parcel.hackathon_id:06d}{parcel.number:04d}"


def _word(state: ShipmentState) -> str:
    return state.name.lower()
