"""The channel layer of a single process, safe to use from any thread and any event loop.

The stock in-memory layer puts a message into another loop's queue without waking that loop, so that a frame sent by a
worker thread waits until something else happens there; and it scans every member of every group on each call. Here
all state belongs to one loop (the first that receives, which is the server's), and calls from elsewhere hop to it.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from channels.layers import InMemoryChannelLayer

T = TypeVar("T")

CLEAN_EVERY_SECONDS = 1.0


class InProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]  # channels has no type information
    """``InMemoryChannelLayer`` whose owner is the loop that first received on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owner: asyncio.AbstractEventLoop | None = None
        self._cleaned_at = 0.0

    async def _on_owner(self, call: Callable[[], Coroutine[Any, Any, T]], *, adopt: bool = False) -> T:
        running = asyncio.get_running_loop()
        owner = self._owner
        if owner is None or owner.is_closed():
            if not adopt:
                return await call()
            owner = self._owner = running
        if owner is running:
            return await call()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call(), owner))

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        await self._on_owner(lambda: InMemoryChannelLayer.send(self, channel, message))

    async def receive(self, channel: str) -> Any:
        return await self._on_owner(lambda: InMemoryChannelLayer.receive(self, channel), adopt=True)

    async def group_add(self, group: str, channel: str) -> None:
        await self._on_owner(lambda: InMemoryChannelLayer.group_add(self, group, channel), adopt=True)

    async def group_discard(self, group: str, channel: str) -> None:
        await self._on_owner(lambda: InMemoryChannelLayer.group_discard(self, group, channel))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._on_owner(lambda: InMemoryChannelLayer.group_send(self, group, message))

    async def flush(self) -> None:
        self._owner = None
        await InMemoryChannelLayer.flush(self)

    def _clean_expired(self) -> None:
        """Once a second is often enough; at every call the cost of a broadcast grows with the square of its members."""
        now = time.monotonic()
        if now - self._cleaned_at >= CLEAN_EVERY_SECONDS:
            self._cleaned_at = now
            super()._clean_expired()
