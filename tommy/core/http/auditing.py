"""Requests as acts of the audit log."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tommy.core import audit
from tommy.core.http.waiting import answered

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Larger bodies are content (files, saves), not decisions; what they did stands in ``after``.
LARGEST_GIVEN = 4096
# Says more about the load than about who asked; writing rows for it would add to it.
UNTOLD = frozenset({HTTPStatus.SERVICE_UNAVAILABLE})
# Whoever is told again and again that it is too often is written down once in this time.
TOO_OFTEN_SECONDS = 60
DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@sync_and_async_middleware
def AuditMiddleware(get_response: GetResponse) -> Callable[..., Any]:  # noqa: N802
    """Every request is an act; see ``tommy.core.audit`` for when it leaves a row."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            with audit.acting(_act_of(request)):
                response: HttpResponseBase = await get_response(request)
                await sync_to_async(_conclude)(request, response)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        with audit.acting(_act_of(request)):
            response = get_response(request)
            answered(response, partial(_conclude, request))
        return response

    return synchronous


def _conclude(request: HttpRequest, response: HttpResponseBase) -> None:
    if _is_telling(request, response.status_code):
        audit.conclude(response.status_code, getattr(request, "problem_code", None))


def _act_of(request: HttpRequest) -> audit.Act:
    return audit.Act(
        actor=lambda: _actor(request),
        source="admin" if request.path.startswith("/admin") else "rest",
        action=lambda: f"{request.method} {_route(request)}"[:120],
        target=request.path[:200],
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        given=_nothing if request.method in SAFE else _given(request),
    )


def _actor(request: HttpRequest) -> UUID | None:
    """Whom the view has recognised: DRF puts its user onto the request it wraps."""
    user: Any = getattr(request, "user", None)
    return getattr(user, "pk", None)


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else request.path


def _is_telling(request: HttpRequest, status: int) -> bool:
    if status in UNTOLD or request.resolver_match is None:
        return False
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _is_first(request)
    return request.method not in SAFE or status in DENIED


def _is_first(request: HttpRequest) -> bool:
    """The first refusal of this kind to this client in a while."""
    client = _actor(request) or BaseThrottle().get_ident(cast(Request, request))
    return bool(cache.add(f"audit.429.{_route(request)}.{client}", 1, TOO_OFTEN_SECONDS))


def _given(request: HttpRequest) -> Callable[[], Any]:
    """What tells, when a row is written, the body of a small JSON request without secrets; nothing of any other."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (request.content_type == "application/json" and length.isdigit() and int(length) <= LARGEST_GIVEN):
        return _nothing
    return partial(_told, request.body)  # read now: once the view's parser has, it is gone


def _told(body: bytes) -> Any:
    if b"\\u0000" in body:  # no database column holds it, and the parser refuses it anyway
        return None
    try:
        return audit.redacted(orjson.loads(body))
    except (orjson.JSONDecodeError, RecursionError):
        return None


def _nothing() -> None:
    return None
