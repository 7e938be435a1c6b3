"""Moves of one round that come in while earlier ones are being written wait, and are then written together.

All players of a room act at about the same moment, and their commands would only queue for the room's lock, each on a
database thread of its own. Nobody is kept waiting for company: a move that comes alone is carried out at once.
"""

import asyncio
from collections import deque
from uuid import UUID

from tommy.core.threads import socket_threads
from voting.commands import Outcome, Request, broken, carry_out, carry_out_together

MOST_TOGETHER = 32

Waiting = tuple[Request, "asyncio.Future[Outcome]"]
Key = tuple[str, UUID]


class Gatherer:
    """Carries out the requests of one process, on one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[Key, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, request: Request) -> Outcome:
        round_id = request.round_id
        if round_id is None:
            return await socket_threads().run_db(carry_out, request)
        answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        key = (request.name, round_id)
        if (queue := self._waiting.get(key)) is None:
            queue = self._waiting[key] = deque()
            task = asyncio.create_task(self._work(key, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        queue.append((request, answered))
        return await answered

    async def _work(self, key: Key, queue: deque[Waiting]) -> None:
        while queue:
            batch: list[Waiting] = []
            try:
                outcomes = await socket_threads().run_db(_next_together, queue, batch)
            except Exception as error:  # the database could not even be reached
                batch = batch or [queue.popleft() for _ in range(len(queue))]
                outcomes = [broken(key[0], error) for _ in batch]
            for (_, answered), outcome in zip(batch, outcomes, strict=True):
                if not answered.done():  # its client may have gone
                    answered.set_result(outcome)
        del self._waiting[key]


def _next_together(queue: deque[Waiting], batch: list[Waiting]) -> list[Outcome]:
    """Runs on a database thread: whoever has joined the queue until now goes along."""
    batch += [queue.popleft() for _ in range(min(len(queue), MOST_TOGETHER))]
    return carry_out_together([request for request, _ in batch])
