"""Making, changing and removing accounts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict, TypeVar, Unpack
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError

from accounts.errors import AccountBusy, AccountChanged, EmailTaken, UsernameTaken, WrongPassword
from accounts.models import User
from accounts.rules import normalise_email, normalise_username, usernames_for
from accounts.services.locking import account_lock_in_transaction
from accounts.services.logins import logins_end_in_transaction, open_login_in_transaction
from accounts.services.passwords import password_is_right
from accounts.signals import account_deleted
from accounts.tokens import TokenPair
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.realtime import forget_in_transaction

T = TypeVar("T")

EDITABLE = ("username", "full_name", "profile_picture", "timezone")


class Profile(TypedDict, total=False):
    """What a new account may say about itself; without ``username`` one is made from the email address."""

    username: str | None
    full_name: str | None
    timezone: str


def account_register(*, email: str, password: str, now: datetime, **profile: Unpack[Profile]) -> User:
    """Make an account. Raises EmailTaken or UsernameTaken."""
    user, username = _draft(email, password, profile, now)
    return _insert(user, username, lambda: user)


def account_register_with_login(
    *, email: str, password: str, now: datetime, **profile: Unpack[Profile]
) -> tuple[User, TokenPair]:
    """Make an account and log it in, or neither. Raises EmailTaken or UsernameTaken."""
    user, username = _draft(email, password, profile, now)
    return _insert(user, username, lambda: (user, open_login_in_transaction(user, now)[1]))


def profile_update(*, user_id: UUID, changes: Mapping[str, Any], now: datetime) -> User:
    """Set some of the ``EDITABLE`` columns. Raises UsernameTaken, or Unauthenticated once the account is gone."""
    try:
        with command():
            user = account_lock_in_transaction(user_id)
            before = {name: getattr(user, name) for name in EDITABLE}
            for name in EDITABLE:
                if name in changes:
                    setattr(user, name, changes[name])
            user.username, user.updated_at = normalise_username(user.username), now
            user.save(update_fields=[*EDITABLE, "username_key", "updated_at"])
            note(f"user:{user_id}", before, {name: getattr(user, name) for name in EDITABLE})
            return user
    except IntegrityError:
        raise UsernameTaken from None


def password_change(*, user: User, password: str, new_password: str, now: datetime) -> None:
    """Replace a known password, and log out everywhere.

    Raises WrongPassword, or AccountChanged where another change came first.
    """
    if not password_is_right(user, password):
        raise WrongPassword
    encoded = make_password(new_password)
    with command():
        if not User.objects.filter(pk=user.pk, password=user.password).update(password=encoded, updated_at=now):
            raise AccountChanged
        note(f"user:{user.pk}", {"credentials": "old"}, {"credentials": "new"})
        logins_end_in_transaction(user_id=user.pk, now=now)


def password_set(*, user_id: UUID, encoded: str, now: datetime) -> None:
    """Replace a password by the word of an administrator, and log its owner out everywhere."""
    with command():
        User.objects.filter(pk=user_id).update(password=encoded, updated_at=now)
        note(f"user:{user_id}", {"credentials": "old"}, {"credentials": "new"})
        logins_end_in_transaction(user_id=user_id, now=now)


def account_deactivate(*, user_id: UUID, now: datetime) -> None:
    """Keep everything, let nobody in: the account's logins end now, and no new one opens."""
    with command():
        if User.objects.filter(pk=user_id, is_active=True).update(is_active=False, updated_at=now):
            note(f"user:{user_id}", {"is_active": True}, {"is_active": False})
        logins_end_in_transaction(user_id=user_id, now=now)


def account_activate(*, user_id: UUID, now: datetime) -> None:
    """Let the owner in again."""
    with command():
        if User.objects.filter(pk=user_id, is_active=False).update(is_active=True, updated_at=now):
            note(f"user:{user_id}", {"is_active": False}, {"is_active": True})


def account_delete(*, user: User, password: str, now: datetime) -> None:
    """Remove the account of whoever proves to own it. Raises WrongPassword; see ``account_remove``."""
    if not password_is_right(user, password):
        raise WrongPassword
    account_remove(user_id=user.pk, now=now)


def account_remove(*, user_id: UUID, now: datetime) -> None:
    """Remove an account with all its rows, end its logins, close its sockets; nothing where it is gone already.

    Raises AccountBusy where another command wrote rows for it between looking and removing; nothing has changed then.
    """
    try:
        with command():
            account_remove_in_transaction(user_id=user_id, now=now)
    except IntegrityError:
        raise AccountBusy(retry_after=1) from None


def account_remove_in_transaction(*, user_id: UUID, now: datetime) -> None:
    """``account_remove`` for a caller who has a transaction."""
    if not User.objects.filter(pk=user_id).exists():
        return
    account_deleted.send(sender=User, user_id=user_id, now=now)
    for user in User.objects.select_for_update().filter(pk=user_id):
        logins_end_in_transaction(user_id=user_id, now=now)
        forget_in_transaction(user_id)
        note(f"user:{user_id}", {"exists": True}, {"exists": False})
        user.delete()


def _draft(email: str, password: str, profile: Profile, now: datetime) -> tuple[User, str | None]:
    """The row to insert but for its username, and the username that was asked for."""
    user = User(
        email=normalise_email(email),
        password=make_password(password),
        full_name=profile.get("full_name"),
        timezone=profile.get("timezone", "UTC"),
        created_at=now,
    )
    return user, profile.get("username")


def _insert(user: User, username: str | None, and_then: Callable[[], T]) -> T:
    """Insert under the name asked for, or the first free one; the constraints decide between simultaneous tries."""
    names = usernames_for(user.email, user.pk) if username is None else iter([normalise_username(username)])
    for user.username in names:
        try:
            with command():
                user.save(force_insert=True)
                note(f"user:{user.pk}", {"exists": False}, {"exists": True, "username": user.username})
                return and_then()
        except IntegrityError:
            if User.objects.filter(email=user.email).exists():
                raise EmailTaken from None
    raise UsernameTaken
