"""``Idempotency-Key``: the same key and body within 24 h give the first answer again.

The claim of a key is the first statement of the command it protects (``core.db.on_begin``), so command and claim commit
together or not at all: a process that dies in between has done nothing, and a simultaneous twin waits on the unique
constraint and then finds the claim. The answer is stored right after; should the process die just there, the retry
is told so (409) and nothing is done twice.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import orjson
from django.db import IntegrityError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import is_client_error

from tommy.core import clock
from tommy.core.db import on_begin
from tommy.core.errors import Conflict, DomainError, InvalidInput
from tommy.core.http.problems import MEDIA_TYPE, describe
from tommy.core.models import IdempotencyRecord

KEPT = timedelta(hours=24)
MAX_KEY = 200
Handler = Callable[..., Response]


class IdempotencyKeyReused(Conflict):
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used for another request."


class IdempotencyAnswerLost(Conflict):
    code = "idempotency_answer_lost"
    detail = "That request is still running or was carried out without its answer being kept; it is not done again."


def idempotent(handler: Handler) -> Handler:
    """Decorates a view's handler that runs exactly one command; without the header nothing changes."""

    @wraps(handler)
    def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not 0 < len(key) <= MAX_KEY or not key.isprintable():
            raise InvalidInput("Idempotency-Key must have 1 to 200 printable characters.")
        return _once(key, _fingerprint(request), lambda: handler(view, request, *args, **kwargs), request)

    wrapped.takes_idempotency_key = True  # type: ignore[attr-defined]  # the schema documents the header
    return wrapped


def is_repeat(request: Request) -> bool:
    """Whether an earlier request had this key: what a handler would prepare at some cost is then not needed."""
    key = request.headers.get("Idempotency-Key")
    return key is not None and IdempotencyRecord.objects.filter(user_id=request.user.pk, key=key[:MAX_KEY]).exists()


def _fingerprint(request: Request) -> str:
    data: Any = request.data
    plain = {name: _identity(data[name]) for name in data} if request.FILES else data
    body = orjson.dumps(plain, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(b"\0".join([request.method.encode(), request.path_info.encode(), body])).hexdigest()


def _identity(value: Any) -> str:
    """A form's value by its text, a file by its content: two files under one name are two bodies."""
    if not hasattr(value, "chunks"):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()


def _once(key: str, fingerprint: str, run: Callable[[], Response], request: Request) -> Response:
    now = clock.now()
    mine = IdempotencyRecord.objects.filter(user_id=request.user.pk, key=key)
    mine.filter(created_at__lt=now - KEPT).delete()
    if (stored := mine.first()) is not None:
        return _replay(stored, fingerprint)

    def claim() -> None:
        IdempotencyRecord.objects.create(user_id=request.user.pk, key=key, fingerprint=fingerprint, created_at=now)

    try:
        with on_begin(claim):
            response = run()
    except DomainError as refusal:
        # A refusal may have cost something: where its command committed, the claim is there and keeps the answer.
        mine.update(status=refusal.status, body=_plain(describe(refusal)))
        raise
    except IntegrityError:
        stored = mine.first()
        if stored is None:
            raise
        return _replay(stored, fingerprint)
    mine.update(status=response.status_code, body=_plain(response.data))
    return response


def _replay(stored: IdempotencyRecord, fingerprint: str) -> Response:
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if stored.status is None:
        raise IdempotencyAnswerLost
    response = Response(stored.body, status=stored.status, headers={"Idempotency-Replayed": "true"})
    if is_client_error(stored.status):
        response.content_type = MEDIA_TYPE
    return response


def _plain(data: Any) -> Any:
    return orjson.loads(orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z))
