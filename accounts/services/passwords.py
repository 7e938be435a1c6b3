"""Checking a password, and strengthening its hash on the way."""

from django.contrib.auth.hashers import check_password, make_password

from accounts.models import User
from tommy.core.db import command


def password_is_right(user: User, password: str) -> bool:
    """Compare, in bcrypt's time; a hash made with fewer rounds than today's is replaced by a stronger one."""

    def strengthen(raw: str | None) -> None:
        _replace_hash(user, make_password(raw))

    return check_password(password, user.password, strengthen)


def burn_the_time_of_a_check(password: str) -> None:
    """Hash for nothing, so that the answer for an unknown account takes as long as for a wrong password."""
    make_password(password)


def _replace_hash(user: User, stronger: str) -> None:
    """Only over the hash that was checked: a password changed meanwhile must not come back to life."""
    with command():
        replaced = User.objects.filter(pk=user.pk, password=user.password).update(password=stronger)
    if replaced:
        user.password = stronger
