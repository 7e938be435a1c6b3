"""What ``/ready`` asks. Each probe returns None when well, or one sentence that says what is wrong."""

import asyncio
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout

from celery import current_app
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection

from tommy.core import background

Probe = Callable[[], str | None]
TIMEOUT_SECONDS = 2.0

_probes: dict[str, Probe] = {}


def register_probe(name: str, probe: Probe) -> None:
    """Let an app add what readiness means to it."""
    _probes[name] = probe


def readiness() -> dict[str, str | None]:
    """Each probe's name with its complaint, or None."""
    return {name: probe() for name, probe in _probes.items()}


def database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"the database does not answer: {type(error).__name__}"
    return None


def broker() -> str | None:
    try:
        with current_app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, timeout=TIMEOUT_SECONDS)
    except Exception as error:
        return f"the broker does not answer: {type(error).__name__}"
    return None


def channel_layer() -> str | None:
    """A message sent to a fresh channel comes back through the layer."""
    try:
        background.submit(_round_trip()).result(TIMEOUT_SECONDS + 1)
    except (Exception, FutureTimeout) as error:
        return f"the channel layer does not deliver: {type(error).__name__}"
    return None


async def _round_trip() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "probe"})
    await asyncio.wait_for(layer.receive(channel), TIMEOUT_SECONDS)


register_probe("database", database)
register_probe("broker", broker)
register_probe("channel_layer", channel_layer)
