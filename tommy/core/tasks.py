"""Timers of what all games share; every task is safe to run late, twice, or not at all."""

from celery import shared_task

from tommy.core import clock, retention, uploads


@shared_task(name="core.prune_history")
def prune_history() -> None:
    """Remove history that is past its time or size."""
    retention.history_prune(now=clock.now())


@shared_task(name="core.sweep_uploads")
def sweep_uploads() -> None:
    """Remove files that no row claims."""
    uploads.uploads_sweep(now=clock.now())
