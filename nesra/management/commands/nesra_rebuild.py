"""``manage.py nesra_rebuild [--check]``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nesra.selectors import accounts_in_disagreement
from nesra.services import player_rebuild
from tommy.core import clock


class Command(BaseCommand):
    help = "Makes heroes, towns, streaks and inventories agree with the reward ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail where anything disagrees.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        wrong = list(accounts_in_disagreement())
        for user_id, fields in wrong:
            for field, (expected, actual) in fields.items():
                self.stdout.write(f"{user_id} {field}: the ledger says {expected}, the tables {actual}")
        if check and wrong:
            raise CommandError(f"{len(wrong)} players disagree with the ledger")
        for user_id, _ in wrong:
            player_rebuild(user_id=user_id, now=clock.now())
        self.stdout.write(f"{len(wrong)} players rebuilt" if wrong else "everything agrees with the ledger")
