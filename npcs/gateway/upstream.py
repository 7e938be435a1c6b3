"""The wire: the ``openai`` client against any server that speaks its protocol.

Each event loop has a client of its own, because connections belong to the loop that opened them: the server's, which
awaits what players wait for, and the background loop of this process, for code that may block (jobs).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import httpx2
import openai
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


def address() -> str:
    return str(settings.ENV.ai_base_url).rstrip("/")


async def fetch(body: Body, seconds: float) -> bytes:
    """The upstream's whole answer within ``seconds``, retries included; raises AiUnavailable, AiRequestRefused."""
    with circuit(address()), _mapped():
        async with asyncio.timeout(seconds):
            async for attempt in _attempts():
                with attempt:
                    return await _fetch_once(body)
    raise AssertionError("retries either answer or raise")


@asynccontextmanager
async def stream(body: Body, seconds: float) -> AsyncIterator[AsyncIterator[bytes]]:
    """The bytes of a streamed answer as they come, all of them within ``seconds``; entered once the upstream has
    accepted, never retried. Raises as ``fetch``, before or in the middle.
    """
    with circuit(address()), _mapped():
        async with asyncio.timeout(seconds), _opened(body) as response:
            yield _limited(response.iter_bytes())


async def current_model() -> str:
    """The name by which the upstream calls its model, by GET ``/model``: plain text, or JSON with ``model``."""
    with circuit(address()), _mapped():
        async with asyncio.timeout(gateway_settings().model_seconds):
            response = await _wire.client().get("/model", cast_to=httpx2.Response)
            return response.text


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


async def _fetch_once(body: Body) -> bytes:
    async with _opened(body) as response:
        return b"".join([chunk async for chunk in _limited(response.iter_bytes())])


async def _limited(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    left = gateway_settings().answer_bytes
    async for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise AiUnavailable(Reason.ANSWER, "The AI's answer is larger than anything we asked for.")
        yield chunk


def _opened(body: Body) -> AbstractAsyncContextManager[Any]:
    create: Any = _wire.client().chat.completions.with_streaming_response.create
    # As the extra body, which takes precedence: the client would walk through every message to transform nothing.
    opened: AbstractAsyncContextManager[Any] = create(messages=(), model=body["model"], extra_body=body)
    return opened


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
    except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException):
        raise AiUnavailable(Reason.TIMEOUT, "The AI took too long.") from None
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        logger.warning("ai_upstream_failed", error=type(error).__name__)
        raise AiUnavailable(Reason.UPSTREAM, "The AI could not be reached.") from None


class _Wire:
    """The clients of this process, one for each event loop that asks; only that loop touches it."""

    def __init__(self) -> None:
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Key, openai.AsyncOpenAI]] = (
            WeakKeyDictionary()
        )
        self._closing: set[asyncio.Task[None]] = set()

    def client(self) -> openai.AsyncOpenAI:
        """The running loop's client for the settings in force; one made for others is closed."""
        loop = asyncio.get_running_loop()
        key = (address(), str(settings.ENV.ai_api_key), gateway_settings().connect_seconds)
        known_key, client = self._clients.get(loop, (None, None))
        if client is None or known_key != key:
            if client is not None:
                self._retire(client)
            client = _client_for(*key)
            self._clients[loop] = (key, client)
        return client

    def _retire(self, client: openai.AsyncOpenAI) -> None:
        closing = asyncio.get_running_loop().create_task(client.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


def _client_for(base_url: str, api_key: str, connect_seconds: float) -> openai.AsyncOpenAI:
    timeout = httpx2.Timeout(LONGEST_SILENCE, connect=connect_seconds)
    return openai.AsyncOpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout, max_retries=0)


_wire = _Wire()
