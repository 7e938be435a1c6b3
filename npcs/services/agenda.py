"""Characters who write first, when their agenda gives them a reason.

Each letter is a command of its own: one that fails harms no other, and a wake that is doubled, or dies in the middle,
finds by the rows what was written already.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog

from npcs import bridge, catalogue
from npcs.events import NpcMessage
from npcs.models import Acquaintance, Deed, Memo
from npcs.rules.agenda import Standing, errand_chosen, errands_due
from npcs.rules.cast import Effect, Errand, Npc
from npcs.rules.mood import moved, word_for
from npcs.rules.offline import visit_context
from npcs.selectors import AVATARS, mood_of, recollect
from npcs.services.remembering import acquaintance_locked, deed_note, keep_letter
from tommy.core.db import command
from tommy.core.realtime import User, publish_on_commit

logger = structlog.get_logger(__name__)

Standings = dict[UUID, dict[str, Standing]]


def agenda_run(*, now: datetime) -> int:
    """Let every character look at every running game once; answers how many letters were written."""
    game, settings = bridge.game(), catalogue.talk().agenda
    written = after = 0
    while game is not None and written < settings.letters_per_wake:
        players = game.players(after, settings.page)
        if not players:
            break
        written += _visit_page(players, settings.letters_per_wake - written, now)
        after = players[-1].game.game_id
    return written


def letter_write(*, player: bridge.Player, npc: Npc, errand: Errand, now: datetime) -> bool:
    """Write one letter, if there still is a reason to; into the memory, the inbox, and to every open socket."""
    game = bridge.game()
    with command():
        row = acquaintance_locked(user_id=player.user_id, npc=npc, now=now)
        memory = recollect(row, npc, now)
        promised = next((fact.at for fact in memory.facts if fact.promise), None)
        standing = Standing(memory.mood, row.talks > 0, memory.deeds, promised)
        if game is None or errand not in errands_due(npc, player.game, standing, now):
            return False
        context = visit_context(npc, player.name, player.game, memory.mood, memory.facts)
        text = catalogue.writer().write(
            errand.kind, seed=player.game.game_id * 100_003 + player.game.tick, context=context
        )
        deed_note(row, errand.kind, now)
        keep_letter(row, memory, text.body, now)
        mood = moved(memory.mood, errand.mood)
        row.mood, row.mood_at, row.wrote_at = mood, now, now
        row.save()
        letter = bridge.Letter(npc.key, npc.name, npc.role, text.subject, text.body)
        game.deliver(user_id=player.user_id, game_id=player.game.game_id, letter=letter, now=now)
        if errand.effect != Effect():
            game.act(npc=npc.key, user_id=player.user_id, effect=errand.effect, now=now)
        publish_on_commit(_event(npc, errand, letter, mood), User(player.user_id, player.game.tick), now=now)
    return True


def _visit_page(players: Sequence[bridge.Player], at_most: int, now: datetime) -> int:
    settings = catalogue.talk().agenda
    standings, quiet = _standings([player.user_id for player in players], now)
    written = 0
    for player in players:
        if written >= at_most or player.user_id in quiet or player.game.tick < settings.first_after_ticks:
            continue
        known = standings.get(player.user_id, {})
        if chosen := errand_chosen(player.user_id, catalogue.cast(), player.game, known, now):
            written += _try_letter(player, *chosen, now)
    return written


def _try_letter(player: bridge.Player, npc: Npc, errand: Errand, now: datetime) -> bool:
    try:
        return letter_write(player=player, npc=npc, errand=errand, now=now)
    except Exception:
        logger.exception("npc_letter_failed", npc=npc.key, user=str(player.user_id))
        return False


def _standings(user_ids: Sequence[UUID], now: datetime) -> tuple[Standings, set[UUID]]:
    """How the characters stand to these players, and who got a letter only lately; three statements."""
    rows = list(Acquaintance.objects.filter(user_id__in=user_ids))
    keys = [row.pk for row in rows]
    deeds: dict[int, dict[str, datetime]] = defaultdict(dict)
    for owner, key, at in Deed.objects.filter(acquaintance__in=keys).values_list("acquaintance_id", "key", "last_at"):
        deeds[owner][key] = at
    promises = dict(
        Memo.objects.filter(acquaintance__in=keys, promise=True).order_by("-at").values_list("acquaintance_id", "at")
    )
    cast, quiet_seconds = catalogue.cast().by_key, catalogue.talk().agenda.quiet_seconds
    standings: Standings = defaultdict(dict)
    for row in rows:
        if row.npc in cast:
            mood = mood_of(row, cast[row.npc], now)
            standings[row.user_id][row.npc] = Standing(mood, row.talks > 0, deeds[row.pk], promises.get(row.pk))
    lately = {r.user_id for r in rows if r.wrote_at and (now - r.wrote_at).total_seconds() < quiet_seconds}
    return standings, lately


def _event(npc: Npc, errand: Errand, letter: bridge.Letter, mood: int) -> NpcMessage:
    return NpcMessage(
        npc_id=npc.key,
        name=npc.name,
        role=npc.role,
        kind=errand.kind,
        mood=word_for(mood, catalogue.talk().mood),
        subject=letter.subject,
        message=letter.body,
        avatar=f"{AVATARS}/{npc.key}.svg",
    )
