"""What other apps may react to, without being imported here."""

from django.dispatch import Signal

# Sent with ``user_id`` and ``now``, inside the transaction of the deletion, before a row is locked or gone. Receivers
# may read what they own (the names of uploaded files, say), leave work for ``transaction.on_commit``, and should lock
# the rows that their own commands lock before they insert for the account: with one order for all, nobody waits in a
# circle. Of two simultaneous deletions both may be heard.
account_deleted = Signal()
