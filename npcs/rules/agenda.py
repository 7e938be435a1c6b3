"""Who has a reason to write first: pure functions over what is known of a player."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from npcs.rules.cast import CastModel, Deal, Errand, GameView, Npc


@dataclass(frozen=True, slots=True)
class Standing:
    """How one character stands to one player; ``promised_at`` is when the oldest open promise was made."""

    mood: int
    known: bool = False
    deeds: Mapping[str, datetime] = field(default_factory=dict)
    promised_at: datetime | None = None


def decide(npc: Npc, intent: str, mood: int, deeds: Mapping[str, datetime], now: datetime) -> Deal | None:
    """What an intent does with this character now, None where it does nothing, or did it only lately."""
    for deal in npc.deals:
        if deal.fits(intent, mood) and _rested(deeds.get(deed_key(deal)), deal.every_seconds, now):
            return deal
    return None


def deed_key(deal: Deal) -> str:
    """By what name it is remembered that a deal took place."""
    return f"{deal.key}.{deal.intent}"


def errands_due(npc: Npc, view: GameView, standing: Standing, now: datetime) -> Iterator[Errand]:
    """Everything that this character would write to the player about now."""
    numbers = view.numbers()
    for errand in npc.errands:
        if errand.needs_acquaintance and not standing.known:
            continue
        if not _rested(standing.deeds.get(errand.kind), errand.every_seconds, now):
            continue
        if _game_calls_for(errand, numbers) and _standing_calls_for(errand, standing, now):
            yield errand


def errand_chosen(
    user_id: UUID, cast: CastModel, view: GameView, standings: Mapping[str, Standing], now: datetime
) -> tuple[Npc, Errand] | None:
    """The one letter that the player gets now: the same for everyone who looks in the same tick of the game."""
    strangers = {npc.key: Standing(npc.base_mood) for npc in cast.npcs}
    due = [
        (npc, errand)
        for npc in cast.npcs
        for errand in errands_due(npc, view, standings.get(npc.key, strangers[npc.key]), now)
    ]
    if not due:
        return None
    draw = blake2b(f"{user_id}.{view.game_id}.{view.tick}".encode(), digest_size=8).digest()
    return due[int.from_bytes(draw, "big") % len(due)]


def _rested(last: datetime | None, seconds: int, now: datetime) -> bool:
    return last is None or (now - last).total_seconds() >= seconds


def _game_calls_for(errand: Errand, numbers: Mapping[str, float]) -> bool:
    return all(numbers[name] > bar for name, bar in errand.above.items()) and all(
        numbers[name] < bar for name, bar in errand.below.items()
    )


def _standing_calls_for(errand: Errand, standing: Standing, now: datetime) -> bool:
    if errand.mood_above is not None and standing.mood <= errand.mood_above:
        return False
    if errand.mood_below is not None and standing.mood >= errand.mood_below:
        return False
    if errand.promise_older_seconds is None:
        return True
    made = standing.promised_at
    return made is not None and (now - made).total_seconds() > errand.promise_older_seconds
