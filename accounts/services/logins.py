"""Opening, renewing and ending logins."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.errors import AccountChanged, AccountInactive, InvalidCredentials, RefreshReused
from accounts.limits import limits
from accounts.models import Login, User
from accounts.selectors import account_named
from accounts.services.locking import account_lock_in_transaction
from accounts.services.passwords import burn_the_time_of_a_check, password_is_right
from accounts.tokens import REFRESH_LIFETIME, Claims, TokenPair, issue_tokens, live_login, refresh_claims
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.errors import Unauthenticated
from tommy.core.realtime import end_session_on_commit


def login_start(*, user: User, now: datetime) -> tuple[Login, TokenPair]:
    """Open a login for an authenticated user and hand out its first tokens.

    Raises AccountChanged where the row is no longer what was authenticated: deleted, deactivated, another password.
    """
    with command():
        return open_login_in_transaction(user, now)


def open_login_in_transaction(user: User, now: datetime) -> tuple[Login, TokenPair]:
    # The update also locks the account, so that ending all its logins cannot miss the one opened here.
    unchanged = User.objects.filter(pk=user.pk, is_active=True, password=user.password)
    if not unchanged.update(last_login=now):
        raise AccountChanged
    login = Login(user=user, created_at=now, expires_at=now + REFRESH_LIFETIME)
    tokens = issue_tokens(user_id=user.pk, login_id=login.pk, now=now)
    login.refresh_jti = tokens.refresh_jti
    login.save(force_insert=True)
    note(f"login:{login.pk}", {}, {"user": str(user.pk)})
    return login, tokens


def login_with_password(*, identifier: str, password: str, now: datetime) -> tuple[Login, TokenPair]:
    """Open a login for whoever knows the password; ``identifier`` is an email address or a username.

    Raises InvalidCredentials, in the same time for an unknown account and a wrong password, and AccountInactive to
    those who know the password.
    """
    try:
        return login_start(user=_authenticated(identifier, password), now=now)
    except AccountChanged:
        # Between check and login the hash became another: strengthened by a simultaneous login, or a new password.
        return login_start(user=_authenticated(identifier, password), now=now)


def login_refresh(*, refresh_token: str | None, now: datetime) -> tuple[Login, TokenPair]:
    """Trade a refresh token for a new pair; each is good for one trade.

    Of two simultaneous trades of one token the second finds it used and ends the login, as it would for a thief: the
    server cannot tell them apart. Raises Unauthenticated, or RefreshReused once the login has been ended.
    """
    claims = refresh_claims(refresh_token)
    if claims is None:
        raise Unauthenticated
    with command():
        renewed = _renew(claims, now)
    if renewed is None:
        raise RefreshReused  # only now: raised inside, it would take the ending back
    return renewed


def _renew(claims: Claims, now: datetime) -> tuple[Login, TokenPair] | None:
    """A new pair; None where the token was used before, and the login is ended now."""
    login = live_login(claims, now, locked=True)
    if login is None:
        raise Unauthenticated
    if login.refresh_jti != claims.jti:
        _end([login.pk], now)
        return None
    tokens = issue_tokens(user_id=claims.user_id, login_id=login.pk, now=now)
    login.refresh_jti, login.expires_at = tokens.refresh_jti, now + REFRESH_LIFETIME
    login.save(update_fields=["refresh_jti", "expires_at"])
    return login, tokens


def login_end(*, login_ids: Iterable[UUID], now: datetime) -> None:
    """Log out: all tokens of these logins are dead at once, and the sockets opened with them close.

    Repeating it is harmless and tells the sockets again, should the process have died before it could.
    """
    with command():
        _end(list(login_ids), now)


def logins_end(*, user_id: UUID, now: datetime) -> None:
    """Log the user out everywhere. Raises Unauthenticated where the account is gone."""
    with command():
        account_lock_in_transaction(user_id)
        logins_end_in_transaction(user_id=user_id, now=now)


def logins_end_in_transaction(*, user_id: UUID, now: datetime) -> None:
    """``logins_end`` for a caller who has a transaction and has locked the user's row in it."""
    _end(list(Login.objects.filter(user_id=user_id, ended_at=None).values_list("pk", flat=True)), now)


def logins_prune(*, now: datetime) -> int:
    """Remove logins that nobody can use any more; returns how many.

    Ended ones stay a while, so that a reused refresh token is still recognised as one.
    """
    ended_before = now - timedelta(hours=limits().ended_logins_kept_hours)
    with command():
        removed, _ = Login.objects.filter(Q(expires_at__lt=now) | Q(ended_at__lt=ended_before)).delete()
    return removed


def _authenticated(identifier: str, password: str) -> User:
    user = account_named(identifier)
    if user is None:
        burn_the_time_of_a_check(password)
        raise InvalidCredentials
    if not password_is_right(user, password):
        raise InvalidCredentials
    if not user.is_active:
        raise AccountInactive
    return user


def _end(login_ids: list[UUID], now: datetime) -> None:
    Login.objects.filter(pk__in=login_ids, ended_at=None).update(ended_at=now)
    for login_id in login_ids:
        note(f"login:{login_id}", {}, {"ended_at": now})
        end_session_on_commit(login_id)
