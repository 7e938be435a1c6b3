"""A real HTTP server that speaks OpenAI's protocol as well as the test wants: well, slowly, badly, or not at all."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Say = Callable[[dict[str, Any]], str]


@dataclass
class OpenAIServer:
    """``mode`` is how it behaves now; ``say`` makes the answer of a well-meant one from the request's body.

    Modes: ``normal``, ``slow`` (answers after ``delay``, or once ``release`` is set), ``hang``, ``429``, ``400``,
    ``500``, ``flaky`` (500, then well), ``cut`` (the line breaks in the middle), ``malformed`` (no JSON), ``shapeless``
    (JSON of another kind), ``enormous``, ``held`` (a stream's first word, and the rest once ``release`` is set).
    ``left`` counts readers who hung up before the end.
    """

    mode: str = "normal"
    say: Say = field(default=lambda body: "It rains on the just and on the unjust, and the tents of both leak.")
    delay: float = 0.5
    pause: float = 0.02
    model: str = "test-model-1"
    requests: list[dict[str, Any]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    left: int = 0
    url: str = ""

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        try:
            return await self._answer(request, body)
        except (asyncio.CancelledError, ConnectionResetError):
            self.left += 1
            raise

    async def _answer(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        mode = "500" if self.mode == "flaky" and len(self.requests) == 1 else self.mode
        if mode in {"hang", "slow"}:
            await self._hesitate(3600 if mode == "hang" else self.delay)
        if mode.isdigit():
            return web.json_response({"error": {"message": "secret detail", "type": "x"}}, status=int(mode))
        if mode == "malformed":
            return web.Response(text="<html>oops", content_type="application/json")
        if mode == "shapeless":
            return web.json_response({"choices": []})
        if body.get("stream"):
            return await self._stream(request, body, mode)
        return await self._whole(request, body, mode)

    async def _hesitate(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until and not self.release.is_set():
            await asyncio.sleep(0.01)

    async def _whole(self, request: web.Request, body: dict[str, Any], mode: str) -> web.StreamResponse:
        text = "x" * 5_000_000 if mode == "enormous" else self.say(body)
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
        }
        if mode != "cut":
            return web.json_response(answer)
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "10000"})
        await response.prepare(request)
        await response.write(json.dumps(answer).encode()[:40])
        return self._broken(request, response)

    async def _stream(self, request: web.Request, body: dict[str, Any], mode: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        words = ["x" * 1_000] * 5_000 if mode == "enormous" else self.say(body).split(" ")
        for place, word in enumerate(words):
            if mode == "cut" and place == 2:
                return self._broken(request, response)
            while mode == "held" and place == 1 and not self.release.is_set():
                await asyncio.sleep(0.01)
            delta = {"content": word if place == 0 else f" {word}"}
            chunk = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
            await asyncio.sleep(self.pause if mode != "enormous" else 0)
        await response.write(b"data: [DONE]\n\n")
        return response

    @staticmethod
    def _broken(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return response

    async def models(self, request: web.Request) -> web.Response:
        return web.Response(text=self.model)


@contextmanager
def running_server() -> Iterator[OpenAIServer]:
    """The server on a free port of this machine, on a thread of its own."""
    server, loop, ready = OpenAIServer(), asyncio.new_event_loop(), threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/chat/completions", server.chat)
        app.router.add_get("/model", server.models)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        return runner

    def serve() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve, name="openai-server")
    thread.start()
    try:
        assert ready.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
