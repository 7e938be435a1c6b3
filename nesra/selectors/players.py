"""A player's profile, town and streak."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from nesra import catalogue
from nesra.models import Hero, Item, Vacation, WorldState
from nesra.rules.calendar import local_day, zone_named
from nesra.rules.streaks import Leave, Streak, outlook, stand
from nesra.selectors.pictures import hero_picture, timestamp, user_picture, world_picture
from tommy.core.joins import Join, Source

# A hero and what it wears, and the town; ``joined_player`` puts them together.
PLAYER = (
    Source("hero", Hero),
    Source("world", WorldState),
    Source("vacation", Vacation),
    Source("hat", Item),
    Source("outfit", Item),
    Source("accessory", Item),
)
PLAYER_JOINS = """
    JOIN nesra_worldstate world ON world.user_id = hero.user_id
    LEFT JOIN nesra_vacation vacation ON vacation.id = world.vacation_id
    LEFT JOIN nesra_item hat ON hat.hat_key = hero.equipped_hat_id
    LEFT JOIN nesra_item outfit ON outfit.outfit_key = hero.equipped_outfit_id
    LEFT JOIN nesra_item accessory ON accessory.accessory_key = hero.equipped_accessory_id
"""
_PROFILE = Join(*PLAYER, tail=f"FROM nesra_hero hero {PLAYER_JOINS} WHERE hero.user_id = %s")


def joined_player(rows: Sequence[Any]) -> tuple[Hero, WorldState]:
    """Hero and town of what a join with ``PLAYER`` found, with all that belongs to them loaded."""
    hero, world, world.vacation, hero.equipped_hat, hero.equipped_outfit, hero.equipped_accessory = rows
    return hero, world


def profile_of(user: User, now: datetime) -> dict[str, Any] | None:
    """``{user, hero, worldState}``, None before the first call made them; one SQL statement."""
    found = _PROFILE.fetch(user.pk)
    if not found:
        return None
    hero, world = joined_player(found[0])
    return {
        "user": user_picture(user),
        "hero": hero_picture(hero, catalogue.rules().rewards),
        "worldState": world_picture(world, streak_at(world, user.timezone, now)),
    }


def world_of(user: User, now: datetime) -> dict[str, Any] | None:
    """The town, None before the first call made it; one SQL statement."""
    world = _world(user)
    return world_picture(world, streak_at(world, user.timezone, now)) if world else None


def streak_of(user: User, now: datetime) -> dict[str, Any] | None:
    """Everything about the streak, None before the first call; one SQL statement."""
    world = _world(user)
    if world is None:
        return None
    streak = streak_at(world, user.timezone, now)
    leave = leave_at(world, now)
    return {
        "day_streak": streak.days,
        "longest_streak": streak.longest,
        "counted_today": streak.last_day is not None and streak.last_day >= local_day(now, zone_named(user.timezone)),
        "last_session_date": streak.last_day.isoformat() if streak.last_day else None,
        "ends_at": timestamp(streak.judged_at),
        "freezes": streak.freezes,
        "freezes_max": catalogue.rules().streaks.freezes_held_max,
        "vacation": {"starts_at": timestamp(leave.starts_at), "ends_at": timestamp(leave.ends_at)} if leave else None,
    }


def streak_at(world: WorldState, timezone: str, now: datetime) -> Streak:
    """The streak as it stands, whatever midnights have been written down; needs the vacation loaded."""
    zone, leave = zone_named(timezone), leave_of(world)
    return outlook(stand(stored_streak(world), zone=zone, leave=leave, now=now), zone=zone, leave=leave)


def stored_streak(world: WorldState) -> Streak:
    """The streak as it was last written down."""
    return Streak(
        days=world.day_streak,
        longest=world.longest_streak,
        freezes=world.streak_freezes,
        last_day=world.last_session_date,
        last_success_at=world.last_success_at,
        due_at=world.streak_due_at,
        judged_at=world.streak_judged_at,
    )


def leave_of(world: WorldState) -> Leave | None:
    """The latest vacation, over or not."""
    vacation = world.vacation
    return Leave(vacation.starts_at, vacation.ends_at) if vacation else None


def leave_at(world: WorldState, now: datetime) -> Leave | None:
    """The vacation that is on."""
    leave = leave_of(world)
    return leave if leave and leave.ends_at > now else None


def _world(user: User) -> WorldState | None:
    return next(iter(WorldState.objects.select_related("vacation").filter(user_id=user.pk)), None)
