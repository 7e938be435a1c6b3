"""Who the characters are, what they want, and what talking to them can do: ``content/npcs.json``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from npcs.rules.grammar import KindName, Name

Seconds = Annotated[int, Field(ge=1, le=10_000_000)]
Mood = Annotated[int, Field(ge=-101, le=101)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class GameView:
    """What characters know of a player's game. Money in cents, the rest as the game counts it (0-100, heads, days)."""

    game_id: int
    tick: int
    day: int
    running: bool
    budget: int
    reputation: float
    stress: float
    legal: float
    people: int
    unhoused: int
    open_incidents: int
    open_requests: int

    def numbers(self) -> dict[str, float]:
        """The numbers that content may ask about, by name."""
        return {name: round(getattr(self, name)) for name in KNOWN}


KNOWN = tuple(f.name for f in fields(GameView) if f.name not in {"game_id", "tick", "running"})


class Effect(_Part):
    """Changes of a game's quantities; ``ap`` is what the player pays, and money is in euros."""

    ap: Annotated[float, Field(ge=-10, le=0)] = 0
    euros: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    stress: Annotated[float, Field(ge=-20, le=20)] = 0
    reputation: Annotated[float, Field(ge=-20, le=20)] = 0
    legal: Annotated[float, Field(ge=-20, le=20)] = 0
    sponsor_mood: Annotated[float, Field(ge=-1, le=1)] = 0


class Deal(_Part):
    """What an intent does with this character in a mood above one level and below another, at most every so often."""

    key: Name
    intent: Name
    every_seconds: Seconds
    above_mood: Mood
    below_mood: Mood
    effect: Effect

    def fits(self, intent: str, mood: int) -> bool:
        return self.intent == intent and self.above_mood < mood < self.below_mood


class Errand(_Part):
    """A reason to write first: all that is named must hold. ``above`` and ``below`` are about the game's numbers;
    ``mood`` and ``effect`` are what the letter brings with it.
    """

    kind: KindName
    every_seconds: Seconds
    above: Mapping[Name, float] = {}
    below: Mapping[Name, float] = {}
    mood_above: Mood | None = None
    mood_below: Mood | None = None
    promise_older_seconds: Seconds | None = None
    mood: Annotated[int, Field(ge=-100, le=100)] = 0
    effect: Effect = Effect()

    @property
    def needs_acquaintance(self) -> bool:
        """Whether only somebody who was talked to can have this reason."""
        return any(bar is not None for bar in (self.mood_above, self.mood_below, self.promise_older_seconds))


class Npc(_Part):
    """A character. ``about`` and ``agenda`` are what the AI is told; ``temper`` picks the offline writer's tone."""

    key: Name
    name: Annotated[str, Field(min_length=1, max_length=60)]
    role: Annotated[str, Field(min_length=1, max_length=60)]
    temper: Name
    base_mood: Annotated[int, Field(ge=-100, le=100)]
    about: Annotated[str, Field(min_length=1, max_length=400)]
    agenda: Annotated[str, Field(min_length=1, max_length=200)]
    avatar_seed: Annotated[int, Field(ge=0)]
    deals: tuple[Deal, ...] = ()
    errands: tuple[Errand, ...] = ()


class CastModel(_Part):
    """The characters: who they are, what they want, and what talking to them can do."""

    npcs: Annotated[tuple[Npc, ...], Field(min_length=12)]

    @cached_property
    def by_key(self) -> dict[str, Npc]:
        return {npc.key: npc for npc in self.npcs}


def cast_faults(cast: CastModel, intents: frozenset[str], kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(JSON pointer, what was expected) for everything that does not fit the rest of the content."""
    for place, npc in enumerate(cast.npcs):
        if any(other.key == npc.key for other in cast.npcs[:place]):
            yield f"/npcs/{place}/key", "a key that no other has"
        for number, deal in enumerate(npc.deals):
            if deal.intent not in intents:
                yield f"/npcs/{place}/deals/{number}/intent", f"one of {', '.join(sorted(intents))}"
        for number, errand in enumerate(npc.errands):
            pointer = f"/npcs/{place}/errands/{number}"
            if errand.kind not in kinds:
                yield f"{pointer}/kind", "a kind that a grammar writes"
            if unknown := {*errand.above, *errand.below} - set(KNOWN):
                yield pointer, f"numbers among {', '.join(KNOWN)}, not {', '.join(sorted(unknown))}"
