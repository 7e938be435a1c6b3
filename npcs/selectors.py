"""Reads of what characters remember; every one of them is by owner."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from npcs import catalogue
from npcs.errors import NpcNotFound
from npcs.models import Acquaintance, Deed, Memo, Turn
from npcs.rules.cast import Npc
from npcs.rules.memory import Kept, Memory, Said
from npcs.rules.mood import healed, word_for
from tommy.core.clock import isoformat

AVATARS = "/assets/npcs"


def npc_get(key: str) -> Npc:
    """The character; raises NpcNotFound."""
    npc = catalogue.cast().by_key.get(key)
    if npc is None:
        raise NpcNotFound
    return npc


def npc_view(npc: Npc, mood: int) -> dict[str, Any]:
    """A character as a player sees them."""
    return {
        "id": npc.key,
        "npc_id": npc.key,
        "name": npc.name,
        "role": npc.role,
        "personality": npc.about,
        "agenda": npc.agenda,
        "mood": word_for(mood, catalogue.talk().mood),
        "mood_level": mood,
        "avatar": f"{AVATARS}/{npc.key}.svg",
    }


def npcs_for(user_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """All characters, in the moods they are in towards this player; one statement."""
    met = {row.npc: row for row in Acquaintance.objects.filter(user_id=user_id)}
    views = []
    for npc in catalogue.cast().npcs:
        row = met.get(npc.key)
        mood = mood_of(row, npc, now) if row else npc.base_mood
        views.append({**npc_view(npc, mood), "talks": row.talks if row else 0})
    return views


def mood_of(row: Acquaintance, npc: Npc, now: datetime) -> int:
    """The mood that a row has come to by now."""
    return healed(row.mood, npc.base_mood, (now - row.mood_at).total_seconds(), catalogue.talk().mood)


def memory_of(user_id: UUID, npc: Npc, now: datetime) -> Memory:
    """What the character remembers of this player, and of nobody else; at most four statements."""
    row = Acquaintance.objects.filter(user_id=user_id, npc=npc.key).first()
    return recollect(row, npc, now) if row else Memory(mood=npc.base_mood)


def recollect(row: Acquaintance, npc: Npc, now: datetime) -> Memory:
    """The memory that hangs from an acquaintance; three statements."""
    turns = Turn.objects.filter(acquaintance=row).order_by("number").values_list("speaker", "text", "intent")
    memos = Memo.objects.filter(acquaintance=row).order_by("at", "id")
    return Memory(
        mood=mood_of(row, npc, now),
        talks=row.talks,
        summary=row.summary,
        tally=row.tally,
        turns=tuple(Said(*turn) for turn in turns),
        facts=tuple(Kept(*memo) for memo in memos.values_list("key", "text", "weight", "promise", "at")),
        deeds=dict(Deed.objects.filter(acquaintance=row).values_list("key", "last_at")),
    )


def memory_view(user_id: UUID, npc: Npc, now: datetime) -> dict[str, Any]:
    """Everything that the character remembers of this player, for the player to read; three statements."""
    row = Acquaintance.objects.filter(user_id=user_id, npc=npc.key).first()
    turns = Turn.objects.filter(acquaintance=row).order_by("number") if row else Turn.objects.none()
    memos = Memo.objects.filter(acquaintance=row).order_by("-weight", "-at") if row else Memo.objects.none()
    mood = mood_of(row, npc, now) if row else npc.base_mood
    shown: dict[str, list[dict[str, Any]]] = {
        "turns": [{"speaker": turn.speaker, "text": turn.text, "at": isoformat(turn.at)} for turn in turns],
        "facts": [{"text": m.text, "weight": m.weight, "promise": m.promise, "at": isoformat(m.at)} for m in memos],
    }
    return {
        "npc_id": npc.key,
        "mood": word_for(mood, catalogue.talk().mood),
        "mood_level": mood,
        "talks": row.talks if row else 0,
        "summary": row.summary if row else "",
        "memory_count": len(shown["turns"]) + len(shown["facts"]),
        **shown,
    }


def memories_export(user_id: UUID, now: datetime) -> list[Mapping[str, Any]]:
    """All memories of this player, for the account's export; three statements."""
    rows = {row.pk: row for row in Acquaintance.objects.filter(user_id=user_id).order_by("npc")}
    turns: dict[int, list[dict[str, Any]]] = {key: [] for key in rows}
    memos: dict[int, list[str]] = {key: [] for key in rows}
    for turn in Turn.objects.filter(acquaintance__user_id=user_id).order_by("acquaintance_id", "number"):
        said = {"speaker": turn.speaker, "text": turn.text, "at": isoformat(turn.at)}
        turns[turn.acquaintance_id].append(said)
    for memo in Memo.objects.filter(acquaintance__user_id=user_id).order_by("acquaintance_id", "at"):
        memos[memo.acquaintance_id].append(memo.text)
    return [
        {"npc": row.npc, "talks": row.talks, "summary": row.summary, "turns": turns[key], "facts": memos[key]}
        for key, row in rows.items()
    ]
