"""The one lock of an account."""

from uuid import UUID

from accounts.models import User
from tommy.core.errors import Unauthenticated


def account_lock_in_transaction(user_id: UUID) -> User:
    """Lock the account's row until the transaction ends, and return it as it is now.

    Rows that refer to the account can still be inserted meanwhile. Raises Unauthenticated where the account is gone:
    its request was let in just before the account was deleted.
    """
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise Unauthenticated
    return user
