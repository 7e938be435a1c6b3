"""``manage.py self_destruct --drill``: let a running server end and start anew as if it were overloaded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tommy.core import clock
from tommy.core.overload import drill_request


class Command(BaseCommand):
    help = "Rehearse the self-destruct of the running server: countdown, sockets closed, every process started anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drill", action="store_true", help="really do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["drill"]:
            raise CommandError("This ends the running server; say --drill if you mean it.")
        drill_request(now=clock.now())
        self.stdout.write("The countdown begins.")
