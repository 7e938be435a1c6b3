"""``manage.py up``: the whole server with one command."""

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tommy.core.overload import EXIT_CODE
from tommy.embedded import serve


class Command(BaseCommand):
    help = "Prepare the database and serve: web, sockets, clock and jobs in one process, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="0.0.0.0", help="address to listen on")  # noqa: S104
        parser.add_argument("--port", type=int, default=settings.ENV.port, help="port to listen on (PORT)")
        parser.add_argument("--demo", type=int, default=settings.ENV.demo_players, help="demo players to keep alive")
        parser.add_argument("--once", action="store_true", help="exit with 70 after a self-destruct")
        parser.add_argument("--web-only", action="store_true", help="no clock and no jobs: other processes run them")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        require_free_port(host, port)
        if not options["web_only"]:
            call_command("migrate", verbosity=0)
            call_command("seed", demo=options["demo"], verbosity=0)
        self.stdout.write(self.style.SUCCESS(f"Serving on http://localhost:{port} (Ctrl-C stops)"))
        self.stdout.flush()
        destroyed = serve(host, port, with_background=not options["web_only"])
        self.stdout.write("Stopped.")
        self.stdout.flush()
        if destroyed:
            if options["once"]:
                sys.exit(EXIT_CODE)
            # The same process begins anew: nothing of the overloaded one is left but its number.
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606


def require_free_port(host: str, port: int) -> None:
    """Say in one sentence what Daphne would bury in a traceback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Port {port} is not free ({error.strerror}); choose another with PORT=…") from None
