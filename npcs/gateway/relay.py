"""From the background loop to any other: a stream's chunks, one at a time, as they come."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from tommy.core import background


async def relayed(make: Callable[[], AsyncGenerator[bytes, None]]) -> AsyncIterator[bytes]:
    """Iterate here over what ``make()`` generates on the background loop; leaving early stops it there as well.

    Nothing is lost where this side is slower: the gateway bounds how much one answer can be.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue()

    def pass_on(item: bytes | BaseException | None) -> None:
        loop.call_soon_threadsafe(arrived.put_nowait, item)

    async def produce() -> None:
        try:
            async with aclosing(make()) as chunks:
                async for chunk in chunks:
                    pass_on(chunk)
        except Exception as error:
            pass_on(error)
        else:
            pass_on(None)

    producer = background.submit(produce())
    try:
        while (item := await arrived.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        producer.cancel()
