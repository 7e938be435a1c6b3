"""Games begin, are acted on, and are given up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from accounts.services import account_lock_in_transaction
from hackathon import catalogue
from hackathon.errors import TooManyHackathons
from hackathon.models import Hackathon, World
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import GameStatus
from hackathon.selectors.games import game_state, hackathon_current
from hackathon.services.ledger import ledger_open
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.orders import orders_carry_over
from hackathon.services.saving import shard_save
from hackathon.services.targets import to_ids, to_numbers
from hackathon.services.ticks import player_catch_up
from hackathon.services.worlds import world_ensure
from hackathon.simulation import store
from hackathon.simulation.actions import apply_action, apply_penalty, possible_actions, trigger_incident
from hackathon.simulation.beginning import new_games
from hackathon.simulation.effects import Effects
from hackathon.simulation.state import State
from hackathon.simulation.store import Shard
from hackathon.simulation.wording import mix
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.errors import DomainError

LEADERBOARD_EPOCH = datetime(2020, 1, 6, tzinfo=UTC)
MARKET_ACTIONS = frozenset({"lease_housing"})


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action did to the numbers a player watches; money in euros."""

    hackathon_id: int
    action: str
    message: str
    facts: Mapping[str, Any]
    effects: Mapping[str, float]


def hackathon_create(
    *, user_id: UUID, now: datetime, name: str = "", only_first: bool = False, give_up_running: bool = False
) -> Hackathon:
    """Begin a game, populated and housed. With ``only_first`` a running one is answered instead.

    With ``give_up_running`` the player's running games end as they stand, and the new one begins with the standing
    orders of the one that was current. Raises TooManyHackathons.
    """
    with command():
        # The account row is what two first calls of a new player wait for each other at.
        user = account_lock_in_transaction(user_id)
        mine = Hackathon.objects.filter(user_id=user_id)
        running = mine.filter(status__in=(GameStatus.RUNNING, GameStatus.PAUSED)).order_by("-id")
        if only_first and (current := running.first()) is not None:
            return current
        last = hackathon_current(user_id) if give_up_running else None
        if give_up_running:
            running.update(status=GameStatus.ABANDONED, ended_at=now)
        elif running.count() >= (limit := catalogue.clock_settings().running_per_player):
            raise TooManyHackathons(limit=limit)
        world = world_ensure(now=now)
        number = mine.count() + 1
        seed = mix(world.seed, (user_id.int + number) & (2**64 - 1))
        hackathon = _begin(user_id, name or f"{user.username}'s hackathon {number}", seed, world, now)
        if last is not None:
            orders_carry_over(old=last, new=hackathon)
        return hackathon


def hackathon_current_ensure(*, user_id: UUID, now: datetime) -> Hackathon:
    """The player's current hackathon; the first call of a player creates it."""
    return hackathon_current(user_id) or hackathon_create(user_id=user_id, now=now, only_first=True)


def player_state(user_id: UUID, now: datetime) -> dict[str, Any]:
    """The state of the player's current game, as ``/api/me`` shows it."""
    player_catch_up(user_id=user_id, now=now)
    return game_state(hackathon_current_ensure(user_id=user_id, now=now))


def season_start(now: datetime) -> datetime:
    """When the leaderboard's running season began; seasons follow each other without a gap since 2020."""
    length = timedelta(days=catalogue.clock_settings().leaderboard_season_days)
    return now - (now - LEADERBOARD_EPOCH) % length


def _begin(user_id: UUID, name: str, seed: int, world: World, now: datetime) -> Hackathon:
    rules = catalogue.rules()
    state = new_games([seed], rules)
    columns = {column: getattr(state.games, column)[0].item() for column in state.games.column_names()}
    for unsaved in ("id", "world"):
        del columns[unsaved]
    columns["seed"] = int(np.uint64(seed).astype(np.int64))
    hackathon = Hackathon.objects.create(user_id=user_id, name=name, created_at=now, world_tick=world.tick, **columns)
    ledger_open(hackathon=hackathon, now=now)
    state.games.id[0] = hackathon.pk
    before = State()
    before.games = state.games.copy()
    shard = Shard(np.array([hackathon.pk]), [user_id], state, before)
    shard_save(shard=shard, effects=Effects(rules), rules=rules, now=now)
    return hackathon


def action_perform(
    *,
    user_id: UUID,
    hackathon_id: int,
    action_type: object,
    target_id: object,
    parameters: Mapping[str, Any] | None,
    now: datetime,
    check: Callable[[], None] | None = None,
    then: Callable[[Mapping[str, Any]], None] | None = None,
) -> ActionResult:
    """Carry out a player's action; ids are database ids. A refusal changes nothing but what it costs by the rules.

    For commands that are an action and more: ``check`` may refuse once the game is locked, ``then`` writes in the same
    transaction what follows from the action's facts.
    """
    rules = catalogue.rules()
    refusal: DomainError | None = None
    with command():
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        if check is not None:
            check()
        shard = load_locked(hackathon, rules, with_market=action_type in MARKET_ACTIONS)
        effects: Effects | None
        try:
            number, translated = to_numbers(shard, action_type, target_id, parameters)
            outcome = apply_action(shard.state, 0, action_type, number, translated, rules)
            effects = outcome.effects
        except DomainError as error:
            refusal, effects = error, _penalty(shard.state, error, rules)
            if effects is None:
                raise
        shard_save(shard=shard, effects=effects, rules=rules, now=now)
        if then is not None and refusal is None:
            then(outcome.facts)
    if refusal is not None:
        raise refusal
    return ActionResult(hackathon.pk, outcome.action, outcome.message(rules), outcome.facts, _standing(shard))


def actions_possible(*, hackathon: Hackathon) -> list[dict[str, Any]]:
    """Every type of action for clients, with the ids it may be aimed at now. Reads only, and locks nothing."""
    rules = catalogue.rules()
    shard = store.load([(hackathon.pk, hackathon.user_id)], rules, with_listings=True)
    shard.state.games.status[0] = hackathon.status
    return [
        {
            "action_type": action.action_type,
            "title": action.title,
            "description": action.description,
            "cost": {"action_points": action.ap},
            "target": action.target,
            "targets": to_ids(shard, action.target, action.targets),
            "parameters": action.parameters,
            "possible": action.possible,
            "why_not": action.why_not or None,
            "why_not_code": action.why_not_code or None,
        }
        for action in possible_actions(shard.state, 0, rules)
    ]


def incident_trigger(*, user_id: UUID, hackathon_id: int, incident_type: str | None, now: datetime) -> int:
    """Open an incident at once, a random one unless a type is named; answers its id."""
    rules = catalogue.rules()
    with command():
        shard = load_locked(lock_hackathon(user_id=user_id, hackathon_id=hackathon_id), rules)
        number, effects = trigger_incident(shard.state, 0, rules, incident_type)
        shard_save(shard=shard, effects=effects, rules=rules, now=now)
        return int(shard.state.incidents.id[shard.state.incidents.row(0, number)])


def hackathon_rename(*, user_id: UUID, hackathon_id: int, name: str) -> Hackathon:
    with command():
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        note(f"hackathon:{hackathon.pk}", {"name": hackathon.name}, {"name": name})
        hackathon.name = name
        hackathon.save(update_fields=["name"])
        return hackathon


def hackathons_pause(*, hackathon_ids: list[int]) -> int:
    """Stop the clock of these games; answers how many were running."""
    with command():
        games = Hackathon.objects.select_for_update().filter(id__in=hackathon_ids, status=GameStatus.RUNNING)
        ids = list(games.order_by("id").values_list("id", flat=True))
        for key in ids:
            note(f"hackathon:{key}", {"status": "running"}, {"status": "paused"})
        return Hackathon.objects.filter(id__in=ids).update(status=GameStatus.PAUSED)


def hackathons_resume(*, hackathon_ids: list[int], now: datetime) -> int:
    """Let paused games go on from the world's present tick: the time they stood still is not made up for."""
    with command():
        world = world_ensure(now=now)
        games = Hackathon.objects.select_for_update().filter(id__in=hackathon_ids, status=GameStatus.PAUSED)
        ids = list(games.order_by("id").values_list("id", flat=True))
        for key in ids:
            note(f"hackathon:{key}", {"status": "paused"}, {"status": "running"})
        return Hackathon.objects.filter(id__in=ids).update(status=GameStatus.RUNNING, world_tick=world.tick)


def _penalty(state: State, refusal: DomainError, rules: Rules) -> Effects | None:
    penalty = getattr(refusal, "penalty", None)
    if state.games.status[0] != GameStatus.RUNNING:
        return None
    return None if penalty is None else apply_penalty(state, 0, penalty, rules)


def _standing(shard: Shard) -> dict[str, float]:
    games = shard.state.games
    return {
        "action_points": round(float(games.ap[0]), 2),
        "stress_level": round(float(games.stress[0]), 2),
        "reputation": round(float(games.reputation[0]), 2),
        "legal_risk": round(float(games.legal[0]), 2),
        "budget_left": int(games.budget_cents[0]) / 100,
    }
