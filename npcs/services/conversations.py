"""Talks between players and characters.

A talk is three steps, so that no transaction and no thread waits for a network: ``talk_prepare`` reads,
``talk_answer`` asks the AI on the event loop, ``talk_record`` is the command that decides, acts and remembers.

Locks: the acquaintance, then whatever the game locks to carry out an effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from npcs import bridge, catalogue
from npcs.errors import EmptyMessage
from npcs.gateway import AiUnavailable, Question, ask_for
from npcs.models import Acquaintance
from npcs.rules.agenda import decide
from npcs.rules.cast import Deal, Npc
from npcs.rules.memory import Memory
from npcs.rules.mood import moved, word_for
from npcs.rules.offline import Occasion, answer
from npcs.rules.prompts import TalkReply, talk_instructions, talk_messages
from npcs.rules.talk import cleaned, understood
from npcs.selectors import memory_of, npc_get, recollect
from npcs.services.remembering import Exchange, acquaintance_locked, remember
from tommy.core.db import command

USE = "npc_chat"


@dataclass(frozen=True, slots=True)
class Talk:
    """A message that was understood, with the memory it met; ``question`` is what the AI would be asked."""

    user_id: UUID
    occasion: Occasion
    question: Question


@dataclass(frozen=True, slots=True)
class TalkResult:
    """What became of a message. ``effects`` are the real changes of the game, money in euros."""

    npc: Npc
    response: str
    by_ai: bool
    intent: str
    mood: str
    mood_level: int
    memory_count: int
    effects: Mapping[str, float]


def talk_prepare(*, user_id: UUID, player: str, npc_key: str, message: str, now: datetime) -> Talk:
    """Understand a message; reads only. Raises NpcNotFound, EmptyMessage."""
    npc, text = npc_get(npc_key), cleaned(message)
    if not text:
        raise EmptyMessage
    rules = catalogue.talk()
    intent, told = understood(text, rules)
    memory = memory_of(user_id, npc, now)
    deal = decide(npc, intent, memory.mood, memory.deeds, now)
    view = bridge.game_view(user_id, now)
    occasion = Occasion(npc, player, text, intent, told, view, deal if view and view.running else None)
    return Talk(user_id, occasion, _question(user_id, occasion, memory, now))


async def talk_answer(talk: Talk) -> str | None:
    """The AI's words, within the seconds of its use; None where it has none, for whatever reason."""
    try:
        reply = await ask_for(talk.question, TalkReply)
    except AiUnavailable:
        return None
    return reply.reply


def talk_record(*, talk: Talk, words: str | None, now: datetime) -> TalkResult:
    """Act on a message and remember it. ``words`` are the AI's; they are dropped where they no longer fit.

    What is decided is decided here, under the lock: two messages at once cannot both be given money.
    """
    rules, npc = catalogue.talk(), talk.occasion.npc
    with command():
        row = acquaintance_locked(user_id=talk.user_id, npc=npc, now=now)
        memory = recollect(row, npc, now)
        deal, effects = _act(talk, memory, now)
        occasion = replace(talk.occasion, deal=deal)
        by_ai = words is not None and deal == talk.occasion.deal
        text = words if words is not None and by_ai else _offline(occasion, memory, row)
        mood = moved(memory.mood, rules.moods.get(occasion.intent, 0))
        count = remember(row, memory, Exchange(occasion, text, by_ai=by_ai, mood=mood), now)
    return TalkResult(npc, text, by_ai, occasion.intent, word_for(mood, rules.mood), mood, count, effects)


def _act(talk: Talk, memory: Memory, now: datetime) -> tuple[Deal | None, Mapping[str, float]]:
    """Carry out what the message does, if it does anything and the game lets it."""
    occasion, game = talk.occasion, bridge.game()
    deal = decide(occasion.npc, occasion.intent, memory.mood, memory.deeds, now)
    if deal is None or game is None:
        return None, {}
    effects = game.act(npc=occasion.npc.key, user_id=talk.user_id, effect=deal.effect, now=now)
    return (None, {}) if effects is None else (deal, effects)


def _offline(occasion: Occasion, memory: Memory, row: Acquaintance) -> str:
    seed = f"{row.user_id}.{row.npc}.{row.talks}"
    return answer(occasion, memory, seed, catalogue.writer(), catalogue.talk())


def _question(user_id: UUID, occasion: Occasion, memory: Memory, now: datetime) -> Question:
    decided: dict[str, Any] = {"player_is_up_to": occasion.intent}
    if occasion.deal is not None:
        changes = occasion.deal.effect.model_dump(exclude_defaults=True)
        decided["you_do"] = {"what": occasion.deal.key, "game_changes": changes}
    game = occasion.game.numbers() if occasion.game else {}
    if "budget" in game:
        game["budget_euros"] = game.pop("budget") // 100
    return Question(
        use=USE,
        instructions=talk_instructions(occasion.npc, word_for(memory.mood, catalogue.talk().mood)),
        messages=talk_messages(memory, occasion.message, player=occasion.player, game=game, decided=decided),
        now=now,
        user_id=user_id,
    )
