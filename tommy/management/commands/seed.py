"""``manage.py seed``: what a fresh database needs before anybody plays. Safe to repeat."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tommy.core import clock
from tommy.seeding import seed_everything


class Command(BaseCommand):
    help = "Create the world and its standing content; --demo N adds players that keep the world alive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", type=int, default=0, metavar="N", help="how many demo players there shall be")

    def handle(self, *args: Any, **options: Any) -> None:
        seed_everything(demo_players=options["demo"], now=clock.now())
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS("Seeded."))
