"""Rows as clients see them: plain JSON values, the shapes that ``serializers.py`` documents."""

from datetime import datetime
from typing import Any

from accounts.models import User
from nesra.models import Hero, Inventory, Item, Session, WorldState
from nesra.rules.enums import ItemType
from nesra.rules.numbers import RewardNumbers
from nesra.rules.rewards import exp_to_next
from nesra.rules.streaks import Streak
from tommy.core.clock import isoformat


def timestamp(moment: datetime | None) -> str | None:
    return isoformat(moment) if moment else None


def user_picture(user: User) -> dict[str, Any]:
    """The seed's columns, without the password."""
    return {
        "id": str(user.pk),
        "email": user.email,
        "username": user.username,
        "full_name": user.full_name,
        "profile_picture": user.profile_picture,
        "timezone": user.timezone,
        "is_active": user.is_active,
        "is_superuser": user.is_superuser,
        "is_verified": user.is_verified,
        "created_at": timestamp(user.created_at),
        "updated_at": timestamp(user.updated_at),
    }


def item_picture(item: Item) -> dict[str, Any]:
    return {
        "id": str(item.pk),
        "name": item.name,
        "type": item.type,
        "rarity": item.rarity,
        "sprite_key": item.sprite_key,
        "sprite_url": f"/assets/nesra/{item.sprite_key}.svg",
    }


def hero_picture(hero: Hero, numbers: RewardNumbers) -> dict[str, Any]:
    """With what is worn, as objects and as ids; the hero's slots must have been loaded."""
    picture: dict[str, Any] = {
        "id": str(hero.pk),
        "user_id": str(hero.user_id),
        "level": hero.level,
        "exp": hero.exp,
        "exp_to_next": exp_to_next(hero.level, numbers),
        "gold": hero.gold,
    }
    for slot in ItemType:
        item = getattr(hero, f"equipped_{slot}")
        picture[f"equipped_{slot}_id"] = str(item.pk) if item else None
        picture[f"equipped_{slot}"] = item_picture(item) if item else None
    return picture


def world_picture(world: WorldState, streak: Streak) -> dict[str, Any]:
    """``streak``: the world's, as it stands now, which the row may not have heard of yet."""
    return {
        "id": str(world.pk),
        "user_id": str(world.user_id),
        "study_room_level": world.study_room_level,
        "build_room_level": world.build_room_level,
        "training_room_level": world.training_room_level,
        "plaza_level": world.plaza_level,
        "total_sessions_success": world.total_sessions_success,
        "day_streak": streak.days,
        "longest_streak": streak.longest,
        "last_session_date": streak.last_day.isoformat() if streak.last_day else None,
        "streak_freezes": streak.freezes,
        "streak_ends_at": timestamp(streak.judged_at),
    }


def session_picture(session: Session) -> dict[str, Any]:
    return {
        "session_id": str(session.pk),
        "status": session.status,
        "task_template_id": str(session.task_template_id) if session.task_template_id else None,
        "category": session.category,
        "room": session.room,
        "duration_minutes": session.duration_minutes,
        "started_at": timestamp(session.started_at),
        "expected_end_at": timestamp(session.expected_end_at),
        "ended_at": timestamp(session.ended_at),
        "reward_exp": session.reward_exp,
        "reward_gold": session.reward_gold,
    }


def inventory_picture(owned: Inventory, worn: frozenset[Any]) -> dict[str, Any]:
    """``worn``: the ids of the items that the hero wears."""
    return {
        "id": str(owned.pk),
        "item": item_picture(owned.item),
        "equipped": owned.item_id in worn,
        "obtained_at": timestamp(owned.obtained_at),
    }
