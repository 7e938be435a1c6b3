"""Files that users hand in, private: kept under ids, served to their owner and to staff, never listed.

The bytes are written and synced before the row, so a row never points at nothing; a file whose row was rolled back is
removed by ``uploads_sweep`` when it is an hour old.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from tommy.core.errors import StorageFull
from tommy.core.models import Upload

UNCLAIMED_FOR = timedelta(hours=1)


def upload_store(
    *, owner_id: UUID, kind: str, name: str, content: bytes, content_type: str, most_bytes: int, now: datetime
) -> Upload:
    """Keep a file; runs inside the caller's command. ``kind`` is a word of the caller's, ``name`` only for display.

    Raises StorageFull where the owner's files would come to more than ``most_bytes``.
    """
    _check_room(owner_id, len(content), most_bytes)
    upload = Upload(
        id=uuid.uuid4(),
        owner_id=owner_id,
        kind=kind,
        name=Path(name).name[-200:],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )
    upload.path.parent.mkdir(parents=True, exist_ok=True)
    with upload.path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    upload.save(force_insert=True)
    return upload


def stored_bytes(owner_id: UUID) -> int:
    """What all files of an account come to."""
    return int(Upload.objects.filter(owner_id=owner_id).aggregate(total=Sum("size", default=0))["total"])


def _check_room(owner_id: UUID, more: int, most: int) -> None:
    """Of two uploads at once the second waits here until the first is counted.

    The lock is one that nothing else takes, so it can come last in any order; SQLite's writers stand in line already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"uploads.{owner_id}"])
    stored = stored_bytes(owner_id)
    if stored + more > most:
        raise StorageFull(limit=most, stored=stored)


def uploads_delete(*, upload_ids: Iterable[UUID]) -> None:
    """Forget files; runs inside the caller's command. The bytes go after it has committed, or with the next sweep."""
    gone = list(Upload.objects.filter(pk__in=list(upload_ids)))
    Upload.objects.filter(pk__in=[upload.pk for upload in gone]).delete()
    transaction.on_commit(lambda: _unlink([upload.path for upload in gone]), robust=True)


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def uploads_sweep(*, now: datetime) -> int:
    """Remove files without a row: of commands that were rolled back, of accounts that are gone. Answers how many."""
    removed = 0
    for path in _old_files(Path(settings.MEDIA_ROOT), now):
        if not Upload.objects.filter(pk=UUID(hex=path.name)).exists():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _old_files(root: Path, now: datetime) -> Iterator[Path]:
    for path in root.glob("*/??/*"):
        is_ours = re.fullmatch("[0-9a-f]{32}", path.name) and path.is_file()
        if is_ours and path.stat().st_mtime < (now - UNCLAIMED_FOR).timestamp():
            yield path
