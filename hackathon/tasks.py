"""Timers and shards: ids in, one service call out. Every task is safe to run late, twice, or not at all."""

from celery import shared_task

from hackathon.services import announcements, autopilot, files, receipt_reading, reports, saves, ticks
from tommy.core import clock


@shared_task(name="hackathon.tick")
def tick() -> None:
    """The world's heartbeat; the world's row decides whether anything is due."""
    ticks.world_advance(now=clock.now())


@shared_task(name="hackathon.tick_shard")
def tick_shard(low: int, high: int) -> None:
    """Play the games of an id range up to the world's tick."""
    ticks.shard_tick(low=low, high=high, now=clock.now())


@shared_task(name="hackathon.spawn_participants")
def spawn_participants() -> None:
    """Newcomers for every game whose day has just ended."""
    ticks.day_ends_enqueue(job="hackathon.spawn_participants_shard")


@shared_task(name="hackathon.spawn_participants_shard")
def spawn_participants_shard(low: int, high: int) -> None:
    ticks.arrivals_spawn(low=low, high=high, now=clock.now())


@shared_task(name="hackathon.settle_streaks")
def settle_streaks() -> None:
    """Streaks won and lost, for every game whose day has just ended."""
    ticks.day_ends_enqueue(job="hackathon.settle_streaks_shard")


@shared_task(name="hackathon.settle_streaks_shard")
def settle_streaks_shard(low: int, high: int) -> None:
    ticks.streaks_settle(low=low, high=high, now=clock.now())


@shared_task(name="hackathon.play_autopilots")
def play_autopilots() -> None:
    """Let the demo world's players act."""
    autopilot.autopilots_play(now=clock.now())


@shared_task(name="hackathon.fire_events")
def fire_events() -> None:
    """Let the events of staff strike whose time has come."""
    announcements.events_fire(now=clock.now())


@shared_task(name="hackathon.autosave")
def autosave() -> None:
    """Save games whose players have acted; those that found no place wait for the next wake."""
    saves.games_autosave(now=clock.now())


@shared_task(name="hackathon.read_receipt")
def read_receipt(receipt_id: int) -> None:
    """Show a receipt to a model that can see; lost, it is found by ``hackathon.read_receipts``."""
    receipt_reading.receipt_read(receipt_id=receipt_id, now=clock.now())


@shared_task(name="hackathon.read_receipts")
def read_receipts() -> None:
    """Receipts that nobody has looked at yet, because a job was lost or put off."""
    receipt_reading.receipts_read_again(now=clock.now())


@shared_task(name="hackathon.prune_files")
def prune_files() -> None:
    """Give back the room of files that no game needs any more."""
    files.files_prune(now=clock.now())


@shared_task(name="hackathon.make_report")
def make_report(hackathon_id: int) -> None:
    """A long report; lost, it is asked for again by whoever waits for it."""
    reports.report_make(hackathon_id=hackathon_id, now=clock.now())
