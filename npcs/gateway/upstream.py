"""The wire: the ``openai`` client against any server that speaks its protocol.

Each event loop has a client of its own, because connections belong to the loop that opened them: the server's, which
awaits what players wait for, and the background loop of this process, for code that may block (jobs).
"""

import asyncio
import atexit
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import httpx2
import openai
import orjson
import structlog
from django.conf import settings
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from npcs.gateway.circuit import circuit
from npcs.gateway.errors import AiRequestRefused, AiUnavailable, Reason
from npcs.gateway.settings import gateway_settings

logger = structlog.get_logger(__name__)

Body = Mapping[str, Any]
Key = tuple[str, str, float]
# What the upstream says of a request that no repetition will mend, and of one that the next try may.
CLIENT_FAULTS = frozenset({400, 413, 415, 422})
PASSING_FAULTS = frozenset({408, 409, 425, 500, 502, 503, 504})
# Seconds; calls are bounded by their use, this only frees the connection of one that was forgotten.
LONGEST_SILENCE = 120.0
CLOSING_SECONDS = 2.0


def address() -> str:
    return str(settings.ENV.ai_base_url).rstrip("/")


async def fetch(body: Body, seconds: float) -> bytes:
    """The upstream's whole answer within ``seconds``, retries included; raises AiUnavailable, AiRequestRefused."""
    with circuit(address()), _mapped():
        async with asyncio.timeout(seconds):
            try:
                return await _fetch_once(body)
            except Exception as error:
                return await _fetch_again(body, error)


@asynccontextmanager
async def stream(body: Body, seconds: float) -> AsyncIterator[AsyncIterator[bytes]]:
    """The bytes of a streamed answer as they come, all of them within ``seconds``; entered once the upstream has
    accepted, never retried. Raises as ``fetch``, before or in the middle.
    """
    with circuit(address()), _mapped():
        async with asyncio.timeout(seconds), _opened(body) as chunks:
            yield chunks


async def current_model() -> str:
    """The name by which the upstream calls its model, by GET ``/model``: plain text, or JSON with ``model``."""
    with circuit(address()), _mapped():
        async with asyncio.timeout(gateway_settings().model_seconds):
            client = await _wire.client()
            response = await client.get("/model", cast_to=httpx2.Response)
            return response.text


async def hang_up() -> None:
    """Close the running loop's lines; the next call opens others."""
    await _wire.close()


def _attempts() -> AsyncRetrying:
    retries = gateway_settings().retries
    return AsyncRetrying(
        stop=stop_after_attempt(retries.attempts),
        wait=wait_random_exponential(retries.first_wait_seconds, retries.longest_wait_seconds),
        retry=retry_if_exception(_may_pass),
        reraise=True,
    )


def _may_pass(error: BaseException) -> bool:
    """Worth another try: the line broke, or the server stumbled. Not worth it: it said no, or asked for a pause."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in PASSING_FAULTS
    return isinstance(error, openai.APIConnectionError | httpx2.TransportError)


async def _fetch_again(body: Body, failed: Exception) -> bytes:
    """The answer to a later try; the first, which is nearly always the last, is made before any of this is set up."""
    async for attempt in _attempts():
        with attempt:
            if attempt.retry_state.attempt_number == 1:
                raise failed
            return await _fetch_once(body)
    raise AssertionError("retries either answer or raise")


async def _fetch_once(body: Body) -> bytes:
    async with _opened(body) as chunks:
        return b"".join([chunk async for chunk in chunks])


@asynccontextmanager
async def _opened(body: Body) -> AsyncIterator[AsyncIterator[bytes]]:
    """The bytes of an answer. Every layer of them is closed here, the innermost first: one that is left in the middle
    would wait for the garbage collector, and with it the connection.

    By the client's own ``post``, as JSON that is made already: its ``create`` walks through every message to transform
    nothing.
    """
    client = await _wire.client()
    answer = await client.post(
        "/chat/completions",
        cast_to=object,
        content=orjson.dumps(body),
        # Said here, because the client makes a deep copy of each default that is not: a millisecond a call.
        options={"headers": {}, "max_retries": 0, "timeout": client.timeout},
        stream=True,
        stream_cls=openai.AsyncStream[object],
    )
    response = answer.response
    async with aclosing(response), aclosing(response.aiter_bytes()) as coming, aclosing(_limited(coming)) as chunks:
        yield chunks


async def _limited(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    left = gateway_settings().answer_bytes
    async for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise AiUnavailable(Reason.ANSWER, "The AI's answer is larger than anything we asked for.")
        yield chunk


@contextmanager
def _mapped() -> Iterator[None]:
    """The client's exceptions as ours; what the upstream said goes to the log, never to players."""
    try:
        yield
    except openai.APIStatusError as error:
        logger.warning("ai_upstream_refused", status=error.status_code)
        if error.status_code in CLIENT_FAULTS:
            raise AiRequestRefused from None
        raise AiUnavailable(Reason.UPSTREAM, "The AI answered with an error.") from None
    except (TimeoutError, openai.OpenAIError, httpx2.HTTPError) as error:
        if _took_too_long(error):
            raise AiUnavailable(Reason.TIMEOUT, "The AI took too long.") from None
        logger.warning("ai_upstream_failed", error=type(error).__name__)
        raise AiUnavailable(Reason.UPSTREAM, "The AI could not be reached.") from None


def _took_too_long(error: BaseException | None) -> bool:
    """Whether it is a timeout at the bottom: aiohttp's transport calls every connection that failed one."""
    if isinstance(error, aiohttp.ClientConnectionError):
        return isinstance(error, TimeoutError)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException) and error.__cause__ is not None:
        return _took_too_long(error.__cause__)
    return isinstance(error, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException)


class _Wire:
    """The clients of this process, one for each event loop that asks; only that loop touches it."""

    def __init__(self) -> None:
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Key, openai.AsyncOpenAI]] = (
            WeakKeyDictionary()
        )
        self._closing: set[asyncio.Task[None]] = set()

    async def client(self) -> openai.AsyncOpenAI:
        """The running loop's client for the settings in force; one made for others is closed.

        Made on a thread: the first of a process imports a good deal and reads all certificates.
        """
        key = (address(), str(settings.ENV.ai_api_key), gateway_settings().connect_seconds)
        known = self._known(key)
        if known is None:
            made = await asyncio.to_thread(_client_for, *key)
            known = self._known(key) or self._take(key, made)
        return known

    def _known(self, key: Key) -> openai.AsyncOpenAI | None:
        known_key, client = self._clients.get(asyncio.get_running_loop(), (None, None))
        return client if known_key == key else None

    def _take(self, key: Key, made: openai.AsyncOpenAI) -> openai.AsyncOpenAI:
        loop = asyncio.get_running_loop()
        _, outdated = self._clients.get(loop, (None, None))
        if outdated is not None:
            self._retire(outdated)
        self._clients[loop] = (key, made)
        return made

    async def close(self) -> None:
        """Close the running loop's client, if it has one."""
        _, client = self._clients.pop(asyncio.get_running_loop(), (None, None))
        if client is not None:
            await client.close()

    def close_all(self) -> None:
        """Close the clients of all loops, when the process ends."""
        for loop in list(self._clients):
            with suppress(Exception):  # whatever the loop has come to meanwhile
                if loop.is_running():
                    asyncio.run_coroutine_threadsafe(self.close(), loop).result(CLOSING_SECONDS)
                elif not loop.is_closed():
                    loop.run_until_complete(self.close())

    def _retire(self, client: openai.AsyncOpenAI) -> None:
        closing = asyncio.get_running_loop().create_task(client.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


def _client_for(base_url: str, api_key: str, connect_seconds: float) -> openai.AsyncOpenAI:
    timeout = httpx2.Timeout(LONGEST_SILENCE, connect=connect_seconds)
    # aiohttp parses in C what httpx2 parses in Python: a third of the time of a call.
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",
        timeout=timeout,
        max_retries=0,
        http_client=openai.DefaultAioHttpClient(timeout=timeout),
    )


_wire = _Wire()
atexit.register(_wire.close_all)
