"""``manage.py seed_items``."""

from typing import Any

from django.core.management.base import BaseCommand

from nesra.services import catalogue_seed


class Command(BaseCommand):
    help = "Adds the items and seasons of nesra/content/catalogue.json that are missing; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{catalogue_seed()} rows added")
