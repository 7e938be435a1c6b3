"""The pooled request path: Django's synchronous chain on a few long-lived threads, one hop a request.

Django's own handler starts a thread, and with it a database connection, for every request and hops between loop and
thread about four times; this one serves three to four times as many. It leans on three internals of
``ASGIHandler`` (``create_request``, ``read_body``, ``send_response``), so tests hold it to the stock handler's answers,
and ``HTTP_POOLED=false`` turns it off. Asynchronous views keep the stock path; a view that hands back ``Waiting`` has
done its work on the thread, and is awaited here, on the loop, with no thread held.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import lru_cache
from inspect import iscoroutinefunction
from os import SEEK_END
from typing import IO, Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import response_for_exception
from django.http import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve, set_script_prefix

from tommy.core.http.problems import problem_response
from tommy.core.http.waiting import Waiting
from tommy.core.threads import ThreadPool, request_threads, slow_threads

# Where the scope holds the view that its path led to, and that path.
MATCH, MATCHED_PATH = "tommy.match", "tommy.matched_path"
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@lru_cache(maxsize=4_096)
def _match(path: str, urlconf: str) -> ResolverMatch:
    """The view of a path; clients ask for few paths, many times. Raises Resolver404."""
    return resolve(path, urlconf)


class _LimitedReceive:
    """A ``receive`` that hangs up on a body longer than ``limit`` bytes, whatever the client announced.

    To Django that looks like a client who left, so it closes what it has read; ``exceeded`` tells the difference.
    """

    def __init__(self, scope: dict[str, Any], receive: Receive, limit: int) -> None:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        self._receive, self._left = receive, limit
        self.exceeded = declared.isdigit() and int(declared) > limit

    async def __call__(self) -> dict[str, Any]:
        if not self.exceeded:
            message = await self._receive()
            self._left -= len(message.get("body", b""))
            self.exceeded = self._left < 0
        return {"type": "http.disconnect"} if self.exceeded else message


def _with_length(scope: dict[str, Any], body_file: IO[bytes]) -> dict[str, Any]:
    """The scope of a chunked body with the length it turned out to have: without one, DRF takes it for empty."""
    if any(name == b"content-length" for name, _ in scope["headers"]):
        return scope
    length = body_file.seek(0, SEEK_END)
    body_file.seek(0)
    return {**scope, "headers": [*scope["headers"], (b"content-length", str(length).encode())]} if length else scope


class _SyncChain(BaseHandler):
    """The middleware chain in its synchronous form, which need not look for the view again."""

    def __init__(self) -> None:
        self.load_middleware(is_async=False)

    def resolve_request(self, request: ASGIRequest) -> ResolverMatch:
        found: ResolverMatch | None = request.scope.get(MATCH)
        if found is None or request.scope[MATCHED_PATH] != request.path_info or hasattr(request, "urlconf"):
            return super().resolve_request(request)
        request.resolver_match = found
        return found


class PooledASGIHandler(ASGIHandler):
    """Answers synchronous views from thread pools, everything else as Django does."""

    def __init__(self) -> None:
        super().__init__()
        self._chain = _SyncChain()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        guarded = _LimitedReceive(scope, receive, settings.HTTP_BODY_LIMIT)
        pool = self._pool_for(scope) if settings.ENV.http_pooled else None
        if pool is None:
            await super().__call__(scope, guarded, send)
        else:
            await self._answer(pool, scope, guarded, send)
        if guarded.exceeded:
            await self.send_response(problem_response("body_too_large"), send)

    @staticmethod
    def _pool_for(scope: dict[str, Any]) -> ThreadPool | None:
        path = scope["path"]
        path = path.rstrip("/") or "/" if not path.startswith("/admin") else path
        try:
            found = _match(path, settings.ROOT_URLCONF)
        except Resolver404:
            return request_threads()
        scope[MATCH], scope[MATCHED_PATH], view = found, path, found.func
        view_class = getattr(view, "cls", getattr(view, "view_class", None))
        if iscoroutinefunction(view) or getattr(view_class, "view_is_async", False):
            return None
        slow = getattr(view_class, "slow", False)  # True, or the methods that are
        return slow_threads() if slow is True or (slow and scope["method"] in slow) else request_threads()

    async def _answer(self, pool: ThreadPool, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            body_file = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            set_script_prefix(get_script_prefix(scope))
            request, bad_request = self.create_request(_with_length(scope, body_file), body_file)
            if request is None:
                await self.send_response(bad_request, send)
                return
            request.may_wait = True
            response = await self._begin(pool, request)
            if isinstance(response, Waiting):
                await self._wait_for(pool, response, request, receive, send)
            else:
                await self._deliver(pool, response, send)
        finally:
            body_file.close()

    async def _begin(self, pool: ThreadPool, request: ASGIRequest) -> HttpResponseBase:
        responding = pool.submit(self._respond, request)
        try:
            return await asyncio.wrap_future(responding)
        except asyncio.CancelledError:
            responding.add_done_callback(_conclude_abandoned)
            raise

    def _respond(self, request: ASGIRequest) -> HttpResponseBase:
        signals.request_started.send(sender=self.__class__, scope=request.scope)
        response = self._chain.get_response(request)
        response._handler_class = self.__class__
        if not response.streaming:
            response.close()
        return response

    async def _wait_for(
        self, pool: ThreadPool, waiting: Waiting, request: ASGIRequest, receive: Receive, send: Send
    ) -> None:
        """Await the answer and send it, unless the client leaves first; what is left for afterwards is done anyway."""
        answering = asyncio.create_task(self._arrive(pool, waiting, request, send), context=waiting.context)
        leaving = asyncio.ensure_future(receive())  # whatever comes now, it is a disconnect
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            answering.cancel()  # nothing to one that is done
            await asyncio.wait({answering})
        finally:
            # Submitted before anything else is awaited: where the process is to stop, this is the loop's last turn.
            concluding = pool.submit(waiting.concluding())
            leaving.cancel()
            answering.cancel()
            await asyncio.shield(asyncio.wrap_future(concluding))
            with suppress(asyncio.CancelledError):
                await answering

    async def _arrive(self, pool: ThreadPool, waiting: Waiting, request: ASGIRequest, send: Send) -> None:
        try:
            response = await waiting.arrived()
        except Exception as error:
            response = await pool.run(response_for_exception, request, error)
        await self.send_response(response, send)

    async def _deliver(self, pool: ThreadPool, response: HttpResponseBase, send: Send) -> None:
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            # Closed already, on the thread that holds the connection.
            response.close = lambda: None  # type: ignore[method-assign]
            await self.send_response(response, send)
            return
        try:
            await send(_start_message(response))
            chunks = iter(response)
            while (chunk := await pool.run(next, chunks, None)) is not None:
                await send({"type": "http.response.body", "body": response.make_bytes(chunk), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await pool.run(response.close)


def _conclude_abandoned(responding: "Future[HttpResponseBase]") -> None:
    """The answer of a request that was given up while a thread was at work on it will not be awaited by anybody."""
    response = None if responding.cancelled() or responding.exception() else responding.result()
    if isinstance(response, Waiting):
        response.concluding()()


def _start_message(response: HttpResponseBase) -> dict[str, Any]:
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", cookie.output(header="").encode("ascii").strip()) for cookie in response.cookies.values()
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
