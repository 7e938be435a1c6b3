"""What a character keeps of its talks with a player: pure functions over rows, all of them bounded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from npcs.rules.talk import Fact, MemoryBounds, shared_words

PLAYER, NPC = "player", "npc"


@dataclass(frozen=True, slots=True)
class Said:
    """One turn, as it was said."""

    speaker: str
    text: str
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact in memory; ``at`` is when it was last told."""

    key: str
    text: str
    weight: int
    promise: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that one character remembers of one player, and of nobody else. Turns are in order, oldest first."""

    mood: int
    talks: int = 0
    summary: str = ""
    tally: Mapping[str, int] = field(default_factory=dict)
    turns: tuple[Said, ...] = ()
    facts: tuple[Kept, ...] = ()
    deeds: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many things are remembered."""
        return len(self.turns) + len(self.facts)


def keep_facts(known: Sequence[Kept], told: Sequence[Fact], now: datetime, bounds: MemoryBounds) -> list[Kept]:
    """Old and new facts; told again, a fact is fresh again. The least weighty, then the oldest, is forgotten first."""
    facts = {fact.key: fact for fact in known}
    for fact in told:
        facts[fact.key] = Kept(fact.key, fact.text, fact.weight, fact.promise, now)
    kept = sorted(facts.values(), key=lambda fact: (fact.weight, fact.at), reverse=True)[: bounds.facts]
    return sorted(kept, key=lambda fact: fact.at)


def recalled(facts: Sequence[Kept], message: str, limit: int) -> list[Kept]:
    """The facts that a message is most likely about: shared words first, then weight, then what was told last."""
    ranked = sorted(
        facts, key=lambda fact: (shared_words(f"{fact.key} {fact.text}", message), fact.weight, fact.at), reverse=True
    )
    return ranked[:limit]


def tallied(tally: Mapping[str, int], folded: Sequence[Said]) -> dict[str, int]:
    """How often the player was up to what, with the turns that are folded away now."""
    counts = Counter(tally)
    counts.update(said.intent for said in folded if said.speaker == PLAYER and said.intent)
    return dict(counts)


def summarised(tally: Mapping[str, int], folded: Sequence[Said], summary: str, bounds: MemoryBounds) -> str:
    """The running summary after ``folded`` turns have left: what happened how often, and the last of what was said.

    It is written for reading: the tally leads, the quotes follow, the oldest quotes fall off the end.
    """
    total = sum(tally.values())
    often = sorted(tally.items(), key=lambda entry: (-entry[1], entry[0]))
    counts = ", ".join(f"{intent.replace('_', ' ')} {count}" for intent, count in often)
    quotes = [f"“{_short(said.text, bounds.folded_characters)}”" for said in folded if said.speaker == PLAYER]
    earlier = summary.partition(" Said: ")[2]
    lines = " ".join([*reversed(quotes), earlier]).strip()
    text = f"{total} earlier exchanges: {counts}. Said: {lines}"
    return text if len(text) <= bounds.summary_characters else _short(text, bounds.summary_characters)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
