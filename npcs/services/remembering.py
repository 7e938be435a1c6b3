"""What is written down of a talk, and forgotten again; every table here is bounded by ``content/talk.json``.

Everything runs under the lock of the acquaintance, inside the caller's command, but ``memory_forget``, which is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from npcs import catalogue
from npcs.models import Acquaintance, Deed, Memo, Turn
from npcs.rules.agenda import deed_key
from npcs.rules.cast import Npc
from npcs.rules.memory import NPC, PLAYER, Kept, Memory, Said, keep_facts, summarised, tallied
from npcs.rules.offline import Occasion
from npcs.selectors import npc_get
from tommy.core.db import command


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message, its answer, and the mood it leaves behind."""

    occasion: Occasion
    answer: str
    by_ai: bool
    mood: int


def acquaintance_locked(*, user_id: UUID, npc: Npc, now: datetime) -> Acquaintance:
    """The row of this character and this player, locked until the command ends; made where there was none."""
    fresh = Acquaintance(user_id=user_id, npc=npc.key, mood=npc.base_mood, mood_at=now)
    Acquaintance.objects.bulk_create([fresh], ignore_conflicts=True)
    return Acquaintance.objects.select_for_update().get(user_id=user_id, npc=npc.key)


def remember(row: Acquaintance, memory: Memory, exchange: Exchange, now: datetime) -> int:
    """Keep an exchange; answers how many things are remembered now."""
    occasion = exchange.occasion
    said = [Said(PLAYER, occasion.message, occasion.intent), Said(NPC, exchange.answer)]
    turns = _keep_turns(row, memory, said, exchange.by_ai, now)
    facts = keep_facts(memory.facts, occasion.told, now, catalogue.talk().memory)
    _keep_memos(row, memory.facts, facts)
    if occasion.deal is not None:
        deed_note(row, deed_key(occasion.deal), now)
    row.mood, row.mood_at, row.talks = exchange.mood, now, row.talks + 1
    row.save()
    return turns + len(facts)


def keep_letter(row: Acquaintance, memory: Memory, text: str, now: datetime) -> None:
    """A character remembers what they wrote of their own accord."""
    _keep_turns(row, memory, [Said(NPC, text)], False, now)


def deed_note(row: Acquaintance, key: str, now: datetime) -> None:
    """Remember that this took place now."""
    if not Deed.objects.filter(acquaintance=row, key=key).update(last_at=now, times=F("times") + 1):
        Deed.objects.create(acquaintance=row, key=key, last_at=now)


def memory_forget(*, user_id: UUID, npc_key: str, now: datetime) -> None:
    """Forget everything said between this character and this player, moods included; again is fine.

    What stays is when deals took place (no words of anybody): forgetting must not be worth money.
    Raises NpcNotFound.
    """
    npc = npc_get(npc_key)
    with command():
        row = Acquaintance.objects.select_for_update().filter(user_id=user_id, npc=npc.key).first()
        if row is None:
            return
        Turn.objects.filter(acquaintance=row).delete()
        Memo.objects.filter(acquaintance=row).delete()
        row.mood, row.mood_at, row.talks, row.summary, row.tally = npc.base_mood, now, 0, "", {}
        row.save()


def _keep_turns(row: Acquaintance, memory: Memory, said: Sequence[Said], by_ai: bool, now: datetime) -> int:
    """Append turns and fold the oldest into the summary; changes ``row``, which the caller saves."""
    bounds = catalogue.talk().memory
    first = row.next_turn
    Turn.objects.bulk_create(
        Turn(
            acquaintance=row,
            number=first + place,
            speaker=turn.speaker,
            text=turn.text,
            intent=turn.intent,
            by_ai=by_ai and turn.speaker == NPC,
            at=now,
        )
        for place, turn in enumerate(said)
    )
    row.next_turn = first + len(said)
    turns = [*memory.turns, *said]
    folded = turns[: max(0, len(turns) - bounds.turns)]
    if folded:
        row.tally = tallied(row.tally, folded)
        row.summary = summarised(row.tally, folded, row.summary, bounds)
        Turn.objects.filter(acquaintance=row, number__lt=row.next_turn - bounds.turns).delete()
    return len(turns) - len(folded)


def _keep_memos(row: Acquaintance, before: Sequence[Kept], after: Sequence[Kept]) -> None:
    kept = {fact.key for fact in after}
    if gone := [fact.key for fact in before if fact.key not in kept]:
        Memo.objects.filter(acquaintance=row, key__in=gone).delete()
    changed = [fact for fact in after if fact not in set(before)]
    Memo.objects.bulk_create(
        [Memo(acquaintance=row, key=f.key, text=f.text, weight=f.weight, promise=f.promise, at=f.at) for f in changed],
        update_conflicts=True,
        unique_fields=["acquaintance", "key"],
        update_fields=["text", "weight", "promise", "at"],
    )
