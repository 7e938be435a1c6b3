"""Room that players' files take up is given back when no game needs them any more."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from hackathon import catalogue
from hackathon.models import ProjectFile, Receipt
from tommy.core.db import command
from tommy.core.models import Upload
from tommy.core.uploads import uploads_delete

KINDS = ("receipts", "projects")


def files_prune(*, now: datetime) -> int:
    """Remove files of receipts of games that ended long ago, and files that nothing refers to; answers how many.

    The latter were handed in after a save that was gone back to; within ``kept_days`` a later save may bring them back.
    What is said of a receipt stays, and so a copy of it is still known.
    """
    room = catalogue.limits().files
    cutoff = now - timedelta(days=room.kept_days)
    papers = Receipt.objects.filter(upload=OuterRef("pk"))
    attached = ProjectFile.objects.filter(upload=OuterRef("pk"))
    unneeded = Exists(papers.filter(hackathon__ended_at__lt=cutoff)) | (~Exists(papers) & ~Exists(attached))
    old = Upload.objects.filter(Q(unneeded), kind__in=KINDS, created_at__lt=cutoff).order_by("created_at")
    with command():
        ids = list(old.values_list("pk", flat=True)[: room.pruned_at_a_time])
        uploads_delete(upload_ids=ids)
    return len(ids)
