"""Writes of the greediest, and of everybody once the server is about to end, are answered 503; reads go on."""

import hashlib
import time
from collections.abc import Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tommy.core import overload
from tommy.core.http.problems import problem_response
from tommy.core.overload import Stage

GetResponse = Callable[[HttpRequest], HttpResponseBase]

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_writes = overload.WriteCounter()


@sync_and_async_middleware
def SheddingMiddleware(get_response: GetResponse) -> Callable[..., Any]:  # noqa: N802
    """Costs a comparison while the server is calm."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = _refusal(request) or await get_response(request)
            return response

        return asynchronous
    return lambda request: _refusal(request) or get_response(request)


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    stage = overload.stage()
    if stage < Stage.SHEDDING or request.method in READS:
        return None
    rules = overload.settings().shedding
    if stage is Stage.SHEDDING and not _writes.is_greedy(_client(request), time.monotonic(), rules):
        return None
    response = problem_response("overloaded")
    response["Retry-After"] = str(rules.retry_after_seconds)
    return response


def _client(request: HttpRequest) -> str:
    """Whoever holds this token, or sits at this address (as far as the proxies in front can be trusted with it)."""
    credentials = request.headers.get("Authorization") or request.COOKIES.get("access_token")
    if credentials is None:
        return str(BaseThrottle().get_ident(cast(Request, request)))
    return hashlib.sha256(credentials.encode()).hexdigest()
