"""What the completion of a session does, inside its transaction.

Hero, world and session are locked by the caller. Written together are the item, the ledger, hero, world and session;
then what the player is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from nesra import catalogue
from nesra.events import FreezeEarned, ItemDropped, LevelUp, PlaceUnlocked, TownEvent
from nesra.models import Hero, Inventory, Item, LedgerEntry, Session, WorldState
from nesra.rules.calendar import local_day, zone_named
from nesra.rules.enums import EntryKind, Place, Rarity, SessionStatus
from nesra.rules.ledger import unlocked_record
from nesra.rules.numbers import Rules
from nesra.rules.rewards import Draw, Growth, Reward, gain_exp, pick, roll, session_reward
from nesra.rules.seasons import Boost
from nesra.rules.streaks import Streak, outlook, stand, succeed
from nesra.rules.world import Unlock, unlocks
from nesra.selectors.items import obtainable_items
from nesra.selectors.pictures import hero_picture, item_picture, world_picture
from nesra.selectors.players import leave_of, stored_streak
from nesra.services.players import STREAK_FIELDS, announce, put_streak
from tommy.core.audit import note
from tommy.core.together import Insert, Update, write_together

CREDITED = ("level", "exp", "gold")
LEVEL_FIELDS = tuple(f"{place}_level" for place in Place)
ALL_OWNED = "You own everything there is to find, so you get {gold} gold instead."


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a completion is worth, before any row has changed.

    ``standing`` is the streak as it stood just before, ``streak`` as it is with this success, ``shown`` the same with
    what a vacation makes of its deadline; ``bonus_gold`` is paid where something dropped but everything is owned.
    """

    reward: Reward
    growth: Growth
    draw: Draw
    item: Item | None
    bonus_gold: int
    unlocked: list[Unlock]
    standing: Streak
    streak: Streak
    shown: Streak


def pay(session: Session, now: datetime) -> None:
    """Turn a pending session into a success, credit it, and keep the answer with it."""
    rules = catalogue.rules()
    hero, world = session.user.nesra_hero, session.user.nesra_world
    before = {name: getattr(hero, name) for name in CREDITED}
    outcome = _outcome(session, hero, world, rules, now)
    entry = _entry(session, world, outcome, now)
    found = [Insert(Inventory(user_id=session.user_id, item=outcome.item, obtained_at=now))] if outcome.item else []
    write_together(
        *found,
        Insert(entry),
        *_credit(hero, world, outcome, session.user.timezone),
        _close(session, outcome, rules, now),
    )
    note(f"session:{session.pk}", {"status": str(SessionStatus.PENDING)}, {"status": str(SessionStatus.SUCCESS)})
    note(f"hero:{session.user_id}", before, {name: getattr(hero, name) for name in CREDITED})
    announce(session.user_id, _news(hero, outcome), now)


def _outcome(session: Session, hero: Hero, world: WorldState, rules: Rules, now: datetime) -> Outcome:
    boost = Boost(session.exp_percent, session.gold_percent, session.drop_percent)
    reward = session_reward(session.duration_minutes, boost, rules.rewards)
    draw, item = _draw(session, boost, rules, now)
    zone = zone_named(session.user.timezone)
    leave = leave_of(world)
    standing = stand(stored_streak(world), zone=zone, leave=leave, now=now)
    streak = succeed(standing, zone=zone, numbers=rules.streaks, now=now)
    levels = {place: getattr(world, f"{place}_level") for place in Place}
    return Outcome(
        reward=reward,
        growth=gain_exp(hero.level, hero.exp, reward.exp, rules.rewards),
        draw=draw,
        item=item,
        bonus_gold=rules.rewards.collection_complete_gold if draw.hit and item is None else 0,
        unlocked=unlocks(levels, world.total_sessions_success + 1, rules.world_steps),
        standing=standing,
        streak=streak,
        shown=outlook(streak, zone=zone, leave=leave),
    )


def _draw(session: Session, boost: Boost, rules: Rules, now: datetime) -> tuple[Draw, Item | None]:
    """The roll, and the item where it hits; what is not owned is asked for only then."""
    draw = roll(session.draw_seed, boost, rules.rewards)
    if not draw.hit:
        return draw, None
    items = {str(item.pk): item for item in obtainable_items(now.date(), not_owned_by=session.user_id)}
    weights = {key: rules.rewards.rarity_weights[Rarity(item.rarity)] for key, item in items.items()}
    draw = pick(draw, weights)
    return draw, items[draw.item] if draw.item else None


def _entry(session: Session, world: WorldState, outcome: Outcome, now: datetime) -> LedgerEntry:
    """The ledger's entry; the streak's change includes the midnights since it was last written down."""
    return LedgerEntry(
        user_id=session.user_id,
        kind=EntryKind.SESSION,
        at=now,
        session=session,
        item=outcome.item,
        exp=outcome.reward.exp,
        exp_used=outcome.growth.used,
        levels=outcome.growth.levels,
        gold=outcome.reward.gold + outcome.bonus_gold,
        streak=outcome.streak.days - world.day_streak,
        freezes=outcome.streak.freezes - world.streak_freezes,
        day=local_day(now, zone_named(session.user.timezone)),
        unlocked=unlocked_record(outcome.unlocked),
        draw=outcome.draw.record(),
    )


def _credit(hero: Hero, world: WorldState, outcome: Outcome, timezone: str) -> tuple[Update, Update]:
    hero.level, hero.exp = outcome.growth.level, outcome.growth.exp
    hero.gold += outcome.reward.gold + outcome.bonus_gold
    for place, level in outcome.unlocked:
        setattr(world, f"{place}_level", level)
    world.total_sessions_success += 1
    put_streak(world, outcome.streak, timezone)
    grown = ("total_sessions_success", *LEVEL_FIELDS, *STREAK_FIELDS)
    return Update(hero, ("level", "exp", "gold")), Update(world, grown)


def _close(session: Session, outcome: Outcome, rules: Rules, now: datetime) -> Update:
    session.status, session.ended_at = str(SessionStatus.SUCCESS), now
    session.reward_exp, session.reward_gold = outcome.reward.exp, outcome.reward.gold
    session.day = local_day(now, zone_named(session.user.timezone))
    session.answer = orjson.dumps(_answer(session, outcome, rules)).decode()
    return Update(session, ("status", "ended_at", "reward_exp", "reward_gold", "day", "answer"))


def _answer(session: Session, outcome: Outcome, rules: Rules) -> dict[str, Any]:
    return {
        "success": True,
        "session_id": str(session.pk),
        "exp_reward": outcome.reward.exp,
        "gold_reward": outcome.reward.gold,
        "bonus_gold": outcome.bonus_gold,
        "dropped_item": item_picture(outcome.item) if outcome.item else None,
        "level_ups": outcome.growth.levels,
        "unlocked": unlocked_record(outcome.unlocked),
        "message": ALL_OWNED.format(gold=outcome.bonus_gold) if outcome.bonus_gold else None,
        "hero": hero_picture(session.user.nesra_hero, rules.rewards),
        "worldState": world_picture(session.user.nesra_world, outcome.shown),
    }


def _news(hero: Hero, outcome: Outcome) -> Iterator[TownEvent]:
    if outcome.growth.levels:
        yield LevelUp(level=hero.level, levels=outcome.growth.levels)
    if outcome.item is not None:
        yield ItemDropped(item=item_picture(outcome.item))
    for place, level in outcome.unlocked:
        yield PlaceUnlocked(place=str(place), level=level)
    if outcome.streak.freezes > outcome.standing.freezes:
        yield FreezeEarned(day_streak=outcome.streak.days, freezes=outcome.streak.freezes)
