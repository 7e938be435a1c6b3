"""Everything that a tick or an action leaves behind, written in one go: rows, words, log, notifications."""

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hackathon import catalogue
from hackathon.events import InboxLetter
from hackathon.models import Commit, Devlog, Hackathon, InboxMessage, LogEntry, Participant
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import EventType, GameStatus
from hackathon.rules.score import scores
from hackathon.services.auditing import shard_audit
from hackathon.services.frames import Frame, alarm_frames, event_frames, state_frames
from hackathon.services.ledger import changes_record
from hackathon.services.receipts_filed import receipts_file
from hackathon.simulation import store
from hackathon.simulation.account import event_lines, tick_lines
from hackathon.simulation.effects import Effects
from hackathon.simulation.store import Shard
from hackathon.simulation.wording import Named, Names, Wording, names_needed
from tommy.core.bulk import insert_returning_ids, insert_rows
from tommy.core.realtime import Draft, notify_on_commit

Columns = dict[str, Any]


def shard_save(
    *,
    shard: Shard,
    effects: Effects,
    rules: Rules,
    now: datetime,
    world_ticks: NDArray[np.int64] | None = None,
) -> None:
    """Write a stepped shard and tell its players. With ``world_ticks`` the games have played a tick of the world.

    Runs inside the caller's command, which holds the locks of the games.
    """
    wording = catalogue.wording()
    store.save_tables(shard, rules, _texts(shard, rules, wording, now))
    names = _names(shard, effects)
    _save_work(shard, effects, wording, now)
    letters = _save_letters(shard, effects, names, wording, rules, now)
    receipts_file(shard=shard, effects=effects, now=now)
    _save_log(shard, effects, ticked=world_ticks is not None, now=now)
    changes_record(shard=shard, effects=effects, now=now)
    points = scores(shard.state.games, rules)
    store.save_games(shard, _game_columns(points, effects, world_ticks))
    _note_ends(shard, now)
    if world_ticks is None:
        shard_audit(shard)
    _notify(shard, effects, letters, points.tolist(), rules, now)


def _texts(shard: Shard, rules: Rules, wording: Wording, now: datetime) -> store.Texts:
    """What a new row needs beyond the simulation's columns."""

    def texts(table: str, rows: Any) -> Columns:
        if table == "participants":
            return {**wording.newcomers(rows), "created_at": now}
        if table == "incidents":
            names = _names_of(shard, names_needed(shard.state, [(rows.game, rows.subject)]))
            return {**wording.incidents(rows, shard.state, names, rules), "created_at": now}
        return {"created_at": now} if table == "requests" else {}

    return texts


def _names(shard: Shard, effects: Effects) -> Names:
    messages = effects.messages.table
    return _names_of(shard, names_needed(shard.state, [(messages.game, messages.participant)]))


def _names_of(shard: Shard, rows: NDArray[np.intp]) -> Names:
    """(game row, participant number) → what letters say of these participant rows; one statement."""
    people = shard.state.participants
    ids = people.id[rows].tolist()
    if not ids:
        return {}
    rows_of = Participant.objects.filter(id__among=ids).values_list(
        "id", "name", "project__title", "home_city", "country"
    )
    stored = {identifier: Named(*told) for identifier, *told in rows_of}
    keys = zip(people.game[rows].tolist(), people.number[rows].tolist(), ids, strict=True)
    return {(game, number): stored[identifier] for game, number, identifier in keys}


def _participant_ids(shard: Shard, rows: Any) -> NDArray[np.int64]:
    people = shard.state.participants
    return people.id[people.rows(rows.game, rows.participant)]


def _save_work(shard: Shard, effects: Effects, wording: Wording, now: datetime) -> None:
    commits, devlogs, ticks = effects.commits.table, effects.devlogs.table, shard.state.games.tick
    columns = {"participant_id": _participant_ids(shard, commits), "tick": ticks[commits.game], "at": now}
    insert_rows(Commit, len(commits), {**columns, "hours": commits.hours, **wording.commits(commits)})
    columns = {"participant_id": _participant_ids(shard, devlogs), "tick": ticks[devlogs.game], "at": now}
    insert_rows(Devlog, len(devlogs), {**columns, **wording.devlogs(devlogs)})


def _save_letters(
    shard: Shard, effects: Effects, names: Names, wording: Wording, rules: Rules, now: datetime
) -> list[Frame]:
    messages = effects.messages.table
    texts = wording.letters(messages, shard.state, names, rules)
    columns = {
        "hackathon_id": shard.hackathon_ids[messages.game],
        "tick": shard.state.games.tick[messages.game],
        "at": now,
        "participant": messages.participant,
        "incident": messages.incident,
        "request": messages.request,
        "outgoing": False,
        **texts,
    }
    ids = insert_returning_ids(InboxMessage, len(messages), columns)
    told = ("kind", "thread", "sender_name", "sender_role", "subject")
    return [
        Frame(
            game,
            InboxLetter(
                hackathon_id=int(shard.hackathon_ids[game]), message_id=key, **dict(zip(told, row, strict=True))
            ),
        )
        for game, key, row in zip(
            messages.game.tolist(), ids, zip(*(texts[name] for name in told), strict=True), strict=True
        )
    ]


def _save_log(shard: Shard, effects: Effects, *, ticked: bool, now: datetime) -> None:
    played = np.arange(len(shard.state.games)) if ticked else np.empty(0, np.intp)
    for lines in (event_lines(effects), tick_lines(shard.state, effects, played)):
        games = lines.pop("game")
        columns = {"hackathon_id": shard.hackathon_ids[games], "tick": shard.state.games.tick[games], "at": now}
        insert_rows(LogEntry, len(games), {**columns, **lines})


def _game_columns(points: NDArray[np.float64], effects: Effects, world_ticks: NDArray[np.int64] | None) -> Columns:
    columns: Columns = {"score": points}
    if world_ticks is not None:
        columns["world_tick"] = world_ticks
    elif (effects.events.table.type == EventType.ACTION).any():
        columns["unsaved"] = True
    return columns


def _note_ends(shard: Shard, now: datetime) -> None:
    status, before = shard.state.games.status, shard.before.games.status
    ended = shard.hackathon_ids[(status != before) & (status != GameStatus.PAUSED)].tolist()
    if ended:
        Hackathon.objects.filter(id__in=ended, ended_at=None).update(ended_at=now)


def _notify(
    shard: Shard, effects: Effects, letters: list[Frame], points: list[float], rules: Rules, now: datetime
) -> None:
    """One draft for each frame, a player's own in the order: what happened, alarms, letters, where it stands."""
    ids, state = shard.hackathon_ids.tolist(), shard.state
    frames = [
        *event_frames(effects.events.table, state, ids, rules),
        *alarm_frames(state, shard.before.games, ids, rules),
        *letters,
        *state_frames(state, ids, points, rules),
    ]
    ticks = state.games.tick.tolist()
    drafts = [
        Draft(shard.user_ids[frame.game], frame.event.type, ticks[frame.game], frame.event.payload())
        for frame in frames
    ]
    notify_on_commit(drafts, now=now)
