"""Commands on sessions. What a session pays is in ``services.rewards``."""

import secrets
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson

from accounts.models import User
from nesra import catalogue
from nesra.errors import (
    SessionCancelled,
    SessionCompleted,
    SessionNotFound,
    SessionPending,
    SessionTimedOut,
    SessionTooEarly,
)
from nesra.models import Session
from nesra.rules.enums import Room, SessionStatus
from nesra.rules.seasons import boost_of
from nesra.rules.sessions import Window, expected_end, remaining_seconds, window
from nesra.selectors.items import seasons_on
from nesra.selectors.players import PLAYER, PLAYER_JOINS, joined_player
from nesra.services.players import lock_player
from nesra.services.rewards import pay
from nesra.services.tasks import kept_task
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.joins import Join, Source

DRAW_SEED_BYTES = 16
_SESSION = Join(
    Source("session", Session),
    Source("account", User),
    *PLAYER,
    tail=f"""
        FROM nesra_session session
        JOIN accounts_user account ON account.id = session.user_id
        JOIN nesra_hero hero ON hero.user_id = session.user_id {PLAYER_JOINS}
        WHERE session.id = %s AND session.user_id = %s
    """,
    lock=("hero", "world", "session"),
)


def session_start(
    *, user_id: UUID, task_template_id: UUID | None, minutes: int | None, room: Room | None, now: datetime
) -> Session:
    """A pending session; minutes and room as asked for, else the template's, else the defaults.

    Raises TaskNotFound, and SessionPending with the ``session_id`` of the one that runs.
    """
    numbers = catalogue.rules().sessions
    with command():
        lock_player(user_id, now)
        _make_way(user_id, now)
        task = kept_task(user_id, task_template_id) if task_template_id else None
        minutes = minutes or (task.default_duration_minutes if task else numbers.default_minutes)
        boost = boost_of(seasons_on(now.date()))
        session = Session.objects.create(
            user_id=user_id,
            task_template=task,
            duration_minutes=minutes,
            room=room or (task.room if task else numbers.default_room),
            category=task.category if task else "",
            started_at=now,
            expected_end_at=expected_end(now, minutes),
            exp_percent=boost.exp_percent,
            gold_percent=boost.gold_percent,
            drop_percent=boost.drop_percent,
            draw_seed=secrets.token_hex(DRAW_SEED_BYTES),
        )
        note(f"session:{session.pk}", {}, {"status": session.status, "minutes": minutes, "room": session.room})
        return session


def session_complete(*, user_id: UUID, session_id: UUID, now: datetime) -> dict[str, Any]:
    """Pay a session that is over, once; asked again, the first answer word for word.

    Raises SessionNotFound, SessionTooEarly with ``remaining_seconds``, SessionTimedOut, SessionCancelled.
    """
    with command():
        session = _lock_session(user_id, session_id)
        _times_out(session, now)
        if session.status == SessionStatus.PENDING:
            _require_over(session, now)
            pay(session, now)
    if session.status == SessionStatus.TIMEOUT:
        raise SessionTimedOut
    if session.status == SessionStatus.CANCEL:
        raise SessionCancelled
    answer: dict[str, Any] = orjson.loads(session.answer)
    return answer


def session_cancel(*, user_id: UUID, session_id: UUID, now: datetime) -> Session:
    """Give a pending session up; again, the same. Raises SessionNotFound, SessionCompleted, SessionTimedOut."""
    with command():
        session = _lock_session(user_id, session_id)
        _times_out(session, now)
        if session.status == SessionStatus.PENDING:
            _end(session, SessionStatus.CANCEL, now)
    if session.status == SessionStatus.TIMEOUT:
        raise SessionTimedOut
    if session.status == SessionStatus.SUCCESS:
        raise SessionCompleted
    return session


def sessions_expire(*, now: datetime) -> int:
    """Turn every abandoned session into a timeout; returns how many. Whoever completes one first, wins."""
    latest = now - catalogue.rules().sessions.grace
    with command():
        abandoned = Session.objects.filter(status=SessionStatus.PENDING, expected_end_at__lt=latest)
        return abandoned.update(status=SessionStatus.TIMEOUT, ended_at=now)


def _lock_session(user_id: UUID, session_id: UUID) -> Session:
    """The player's session, with hero and world, all locked; one SQL statement."""
    found = _SESSION.fetch(session_id, user_id)
    if not found:
        raise SessionNotFound
    [(session, user, *player)] = found
    session.user = user
    user.nesra_hero, user.nesra_world = joined_player(player)
    return cast(Session, session)


def _make_way(user_id: UUID, now: datetime) -> None:
    """One pending session a player: an abandoned one ends here, any other stands in the way."""
    session = Session.objects.filter(user_id=user_id, status=SessionStatus.PENDING).first()
    if session is not None and not _times_out(session, now):
        raise SessionPending(session_id=str(session.pk))


def _times_out(session: Session, now: datetime) -> bool:
    """End the session if it was not completed in time; true if so."""
    late = window(session.expected_end_at, catalogue.rules().sessions, now) is Window.LATE
    if late and session.status == SessionStatus.PENDING:
        _end(session, SessionStatus.TIMEOUT, now)
        return True
    return False


def _require_over(session: Session, now: datetime) -> None:
    if window(session.expected_end_at, catalogue.rules().sessions, now) is Window.EARLY:
        seconds = remaining_seconds(session.expected_end_at, now)
        raise SessionTooEarly(remaining_seconds=seconds)


def _end(session: Session, status: SessionStatus, now: datetime) -> None:
    note(f"session:{session.pk}", {"status": session.status}, {"status": str(status)})
    session.status, session.ended_at = str(status), now
    session.save(update_fields=["status", "ended_at"])
