"""An answer without an AI: grammar, memory, and what the character knows of the game."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from npcs.rules.cast import Deal, GameView, Npc
from npcs.rules.memory import NPC, Kept, Memory, recalled, tallied
from npcs.rules.talk import Fact, TalkModel, shared_words
from npcs.rules.writer import Writer

_TRIES = 24
_SENTENCE_END = re.compile(r"(?<=[.!?]) +")
_CHANGING = re.compile(r"\b(?:once|twice|\d[\d.,]*(?: times)?)\b")
_ASKING = "ask_memory"
_SCARS = {"threats": "threat", "insults": "insult"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an answer is about: who says what to whom, and what the game has decided (``deal``)."""

    npc: Npc
    player: str
    message: str
    intent: str
    told: tuple[Fact, ...] = ()
    game: GameView | None = None
    deal: Deal | None = None


def answer(occasion: Occasion, memory: Memory, seed: str, writer: Writer, rules: TalkModel) -> str:
    """The character's words; the same for the same seed. No sentence is said twice as long as there are others: of
    some tries, the first without one that was said lately is taken, else the one that repeats least.
    """
    context = reply_context(occasion, memory, rules)
    lately = {part for said in memory.turns if said.speaker == NPC for part in sentences(said.text)}
    tries: dict[str, int] = {}
    for attempt in range(_TRIES):
        number = int.from_bytes(blake2b(f"{seed}.{attempt}".encode(), digest_size=8).digest(), "big")
        text = writer.write(f"talk.{occasion.intent}", seed=number, context=context).body
        tries[text] = sum(part in lately for part in sentences(text))
        if not tries[text]:
            break
    return min(tries, key=lambda text: tries[text])


def sentences(text: str) -> list[str]:
    """The sentences of a text, whatever they are about: numbers and names that change do not make a new one."""
    return [_CHANGING.sub("#", part) for part in _SENTENCE_END.split(text)]


def reply_context(occasion: Occasion, memory: Memory, rules: TalkModel) -> dict[str, object]:
    """The fields of the grammar; only what is worth mentioning now is there."""
    npc, deal = occasion.npc, occasion.deal
    context: dict[str, object] = {
        "who": npc.key,
        "npc": npc.name,
        "temper": npc.temper,
        "player": occasion.player,
        "mood": memory.mood,
        "talks": memory.talks + 1,
        **(occasion.game.numbers() if occasion.game else {}),
        **_memories(occasion, memory, rules),
        **_counts(memory),
    }
    if deal is not None:
        context["granted"] = deal.key
        if deal.effect.euros > 0:
            context["amount"] = deal.effect.euros * 100
    return context


def visit_context(npc: Npc, player: str, game: GameView, mood: int, facts: Sequence[Kept]) -> dict[str, object]:
    """The same for a letter that a character writes first."""
    promise = next((fact.text for fact in facts if fact.promise), None)
    other = next((fact.text for fact in reversed(facts) if not fact.promise), None)
    mentioned = {"promise": promise, "fact": other}
    known = {name: value for name, value in mentioned.items() if value}
    return {"who": npc.key, "npc": npc.name, "player": player, "mood": mood, **game.numbers(), **known}


def _counts(memory: Memory) -> Mapping[str, int]:
    """How often the player was up to what is not forgotten, in all talks before this one."""
    counts = tallied(memory.tally, memory.turns)
    begged = {"begged": counts["ask_money"], "begging_now": counts["ask_money"] + 1} if "ask_money" in counts else {}
    return begged | {name: counts[intent] for name, intent in _SCARS.items() if intent in counts}


def _memories(occasion: Occasion, memory: Memory, rules: TalkModel) -> Mapping[str, Any]:
    if occasion.intent == rules.tell_intent:
        return {"fact": occasion.told[0].text} if occasion.told else {}
    asked = occasion.intent == _ASKING
    facts = [fact for fact in memory.facts if not fact.promise]
    promises = [fact for fact in memory.facts if fact.promise]
    if asked and promises and rules.promise_asked.search(occasion.message):
        return {"promise": promises[-1].text}
    found = _fitting(facts, occasion.message, rules.memory.asked_facts if asked else 1)
    about = bool(found) and shared_words(f"{found[0].key} {found[0].text}", occasion.message) > 0
    if not asked and not about and (memory.talks + 1) % rules.memory.recall_every:
        return {}
    named = dict(zip(("fact", "fact_two", "fact_three"), (fact.text for fact in found), strict=False))
    return {**named, **({"promise": promises[-1].text} if promises and not about else {})}


def _fitting(facts: Sequence[Kept], message: str, limit: int) -> list[Kept]:
    """The facts that the message is about where there are such, else the weightiest."""
    best = recalled(facts, message, limit)
    about = [fact for fact in best if shared_words(f"{fact.key} {fact.text}", message)]
    return about or best
