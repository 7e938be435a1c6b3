"""Games are saved and taken up again; those whose players have acted are also saved by themselves.

Order of locks: the owner's account row (only to load), the hackathon, listings, the notification cursor.
"""

from datetime import datetime
from uuid import UUID

from accounts.services import account_lock_in_transaction
from hackathon import catalogue
from hackathon.errors import SaveNotFound, TooManyHackathons
from hackathon.models import Hackathon, LogEntry, SaveGame, World
from hackathon.rules.enums import GameStatus
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.saving import shard_save
from hackathon.services.snapshots import snapshot_restore, snapshot_take
from hackathon.simulation.effects import Effects
from tommy.core.audit import note
from tommy.core.db import command

UNDER_WAY = (GameStatus.RUNNING, GameStatus.PAUSED)
AUTOSAVE = "Autosave"


def game_save(*, user_id: UUID, hackathon_id: int, name: str, now: datetime) -> SaveGame:
    """Put the game aside as it stands. Beyond the limit of ``saves.json`` the game's oldest save makes room."""
    with command():
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        return _save(hackathon, name or f"Day {_day(hackathon)}", automatic=False, now=now)


def game_load(*, user_id: UUID, save_id: int, now: datetime) -> Hackathon:
    """Take a game up again where it was saved; it goes on with the world's next tick.

    Raises SaveNotFound (also for another player's), TooManyHackathons where an ended game would be one too many.
    """
    with command():
        account_lock_in_transaction(user_id)
        save = SaveGame.objects.filter(pk=save_id, hackathon__user_id=user_id).first()
        if save is None:
            raise SaveNotFound
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=save.hackathon_id)
        was_under_way, before = hackathon.status in UNDER_WAY, {"tick": hackathon.tick, "status": hackathon.status}
        # Another load may have completed this save while the lock was waited for.
        save.refresh_from_db()
        snapshot_restore(hackathon, save)
        if not was_under_way and hackathon.status in UNDER_WAY:
            _check_room(user_id)
        hackathon.world_tick = World.objects.values_list("tick", flat=True).get(pk=World.SINGLETON_ID)
        hackathon.unsaved = False
        hackathon.save()
        now_is = {"tick": hackathon.tick, "status": hackathon.status, "from_save": save_id}
        note(f"hackathon:{hackathon.pk}", before, now_is)
        _tell(hackathon, save, now)
        return Hackathon.objects.get(pk=hackathon.pk)


def games_autosave(*, now: datetime) -> int:
    """Save running games whose players acted since the last save, or that never were saved; answers how many.

    Each in a transaction of its own, and never waiting: a game that is locked by its tick has its turn next time.
    """
    limit = catalogue.save_settings().autosaves_per_wake
    due = Hackathon.objects.filter(status=GameStatus.RUNNING, unsaved=True).order_by("id")
    return sum(_autosave(pk, now) for pk in list(due.values_list("id", flat=True)[:limit]))


def _autosave(hackathon_id: int, now: datetime) -> bool:
    with command():
        free = Hackathon.objects.select_for_update(skip_locked=True).filter(pk=hackathon_id, unsaved=True)
        hackathon = free.first()
        if hackathon is None:
            return False
        _save(hackathon, AUTOSAVE, automatic=True, now=now)
        return True


def _save(hackathon: Hackathon, name: str, *, automatic: bool, now: datetime) -> SaveGame:
    save = SaveGame.objects.create(
        hackathon=hackathon,
        name=name,
        automatic=automatic,
        tick=hackathon.tick,
        created_at=now,
        snapshot=snapshot_take(hackathon),
    )
    Hackathon.objects.filter(pk=hackathon.pk).update(unsaved=False)
    settings = catalogue.save_settings()
    kept = settings.automatic_per_game if automatic else settings.manual_per_game
    mine = SaveGame.objects.filter(hackathon=hackathon, automatic=automatic).order_by("-id")
    mine.filter(pk__in=list(mine.values_list("id", flat=True)[kept:])).delete()
    return save


def _check_room(user_id: UUID) -> None:
    limit = catalogue.clock_settings().running_per_player
    if Hackathon.objects.filter(user_id=user_id, status__in=UNDER_WAY).count() >= limit:
        raise TooManyHackathons(limit=limit)


def _tell(hackathon: Hackathon, save: SaveGame, now: datetime) -> None:
    """The log and the player's devices hear where the game stands now."""
    rules = catalogue.rules()
    shard_save(shard=load_locked(hackathon, rules), effects=Effects(rules), rules=rules, now=now)
    LogEntry.objects.create(
        hackathon=hackathon,
        tick=hackathon.tick,
        at=now,
        type="event",
        code="game_loaded",
        cause="organiser",
        data={"save": save.pk, "name": save.name},
    )


def _day(hackathon: Hackathon) -> int:
    return hackathon.tick // catalogue.rules().ticks_per_day
