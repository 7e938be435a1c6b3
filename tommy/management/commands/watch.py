"""``manage.py watch``: a player's notifications on the terminal, one JSON frame a line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect


class Command(BaseCommand):
    help = "Listen to /ws/notifications with a player's token, until Ctrl-C or so many ticks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--token", required=True, help="an access token, from POST /api/login")
        parser.add_argument("--url", default=f"ws://localhost:{settings.ENV.port}", help="the server's address")
        parser.add_argument("--last-id", type=int, help="replay everything after this id first")
        parser.add_argument("--ticks", type=int, help="stop after so many state frames")

    def handle(self, *args: Any, **options: Any) -> None:
        query = "" if options["last_id"] is None else f"?last_id={options['last_id']}"
        headers = {"Authorization": f"Bearer {options['token']}"}
        try:
            with connect(f"{options['url']}/ws/notifications{query}", additional_headers=headers) as socket:
                self._print(socket, options["ticks"])
        except ConnectionClosed as closed:
            raise CommandError(f"The server closed the socket: {closed}") from None
        except (OSError, InvalidStatus) as error:
            raise CommandError(f"No connection: {error}") from None

    def _print(self, socket: Any, ticks: int | None) -> None:
        seen = 0
        for frame in socket:
            self.stdout.write(frame)
            self.stdout.flush()
            seen += json.loads(frame)["type"] == "state"
            if seen == ticks:
                return
