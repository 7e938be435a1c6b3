"""Files handed in with a project: looked into and cleaned before anything is locked, kept once each."""

from datetime import datetime
from uuid import UUID

from hackathon import catalogue, errors
from hackathon.models import ProjectFile
from hackathon.rules.file_kinds import Refused
from hackathon.rules.project_files import Examined, ProjectFilesModel, examine
from hackathon.selectors.projects import project_get
from hackathon.services.locking import lock_hackathon
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.uploads import upload_store

REFUSALS = {
    "unknown_type": errors.UnknownProjectFileType,
    "unsafe": errors.UnsafeFile,
    "too_large": errors.FileTooLarge,
    "unreadable": errors.UnreadableFile,
}


def project_file_add(*, user_id: UUID, project_id: int, content: bytes, file_name: str, now: datetime) -> ProjectFile:
    """Keep a file with a project; the same content twice gives the first row again.

    Raises ProjectNotFound, NotYourProject, TooManyFiles, and for the file UnknownProjectFileType, UnsafeFile,
    FileTooLarge, UnreadableFile or StorageFull.
    """
    hackathon_id = project_get(user_id=user_id, project_id=project_id).participant.hackathon_id
    limits = catalogue.project_file_limits()
    examined = _examine(content, limits)
    with command():
        lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        project = project_get(user_id=user_id, project_id=project_id)
        held = ProjectFile.objects.select_related("upload").filter(project=project)
        if (same := held.filter(sha256=examined.sha256).first()) is not None:
            return same
        if held.count() >= limits.per_project:
            raise errors.TooManyFiles(limit=limits.per_project)
        upload = upload_store(
            owner_id=user_id,
            kind="projects",
            name=file_name,
            content=examined.content,
            content_type=examined.content_type,
            most_bytes=catalogue.limits().files.per_account_bytes,
            now=now,
        )
        file = ProjectFile.objects.create(project=project, upload=upload, sha256=examined.sha256, created_at=now)
        note(f"project_file:{file.pk}", {}, {"project": project_id, "name": upload.name, "size": upload.size})
        return file


def _examine(content: bytes, limits: ProjectFilesModel) -> Examined:
    try:
        return examine(content, limits)
    except Refused as refusal:
        raise REFUSALS[refusal.why] from None
