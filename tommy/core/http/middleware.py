"""What every request passes: an id that stands in its log lines, and one spelling of each path."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from tommy.core.http.waiting import answered
from tommy.core.metrics import REQUEST_SECONDS

logger = structlog.get_logger("tommy.request")

GetResponse = Callable[[HttpRequest], HttpResponseBase]

MAX_REQUEST_ID = 64
# Django's admin and the static files spell their own paths.
OWN_SPELLING = ("/admin", "/static")


def request_id_from(header: str | None) -> str:
    """The client's own id where it is short and plain, else a new one."""
    if (
        header
        and len(header) <= MAX_REQUEST_ID
        and header.replace("-", "").replace("_", "").isalnum()
        and header.isascii()
    ):
        return header
    return uuid.uuid4().hex


class _Around:
    """Runs ``before`` and ``after`` around the rest, on the synchronous and the asynchronous path alike."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.request_id = request_id_from(request.headers.get("X-Request-ID"))
        self.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=self.request_id)

    def finish(self, response: HttpResponseBase) -> HttpResponseBase:
        response["X-Request-ID"] = self.request_id
        answered(response, self.tell)
        return response

    def tell(self, response: HttpResponseBase) -> None:
        """Metrics and a log line."""
        seconds = time.perf_counter() - self.started
        match = self.request.resolver_match
        route = match.route if match else "unknown"
        REQUEST_SECONDS.labels(self.request.method, route, response.status_code).observe(seconds)
        logger.info(
            "request",
            method=self.request.method,
            path=self.request.path,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            code=getattr(self.request, "problem_code", None),
        )


@sync_and_async_middleware
def RequestContextMiddleware(get_response: GetResponse) -> Callable:  # type: ignore[type-arg]  # noqa: N802
    from asgiref.sync import iscoroutinefunction

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            around = _Around(request)
            return around.finish(await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        around = _Around(request)
        return around.finish(get_response(request))

    return synchronous


@sync_and_async_middleware
def TrailingSlashMiddleware(get_response: GetResponse) -> Callable:  # type: ignore[type-arg]  # noqa: N802
    """Every path answers with and without its trailing slash, never by a redirect (which would lose a POST's body)."""
    from asgiref.sync import iscoroutinefunction

    def normalise(request: HttpRequest) -> None:
        path = request.path_info
        if len(path) > 1 and path.endswith("/") and not path.startswith(OWN_SPELLING):
            request.path_info = path.rstrip("/") or "/"

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            normalise(request)
            return await get_response(request)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        normalise(request)
        return get_response(request)

    return synchronous
