"""Bodies to Python, strictly: one JSON document, UTF-8, no NaN, no lone surrogates, no null bytes."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from tommy.core.errors import DomainError

MAX_DEPTH = 64


class BodyTooLarge(DomainError):
    code = "body_too_large"
    status = 413
    detail = "The body is larger than this address accepts."


class JSONParser(BaseParser):
    """orjson refuses what JSON does not have (NaN, Infinity, bad UTF-8); null bytes would only fail in Postgres."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None
        if b"\\u0000" in raw and _has_null_byte(value):
            raise ParseError("The body holds a null character, which no text here may contain.")
        if _depth(value) > MAX_DEPTH:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
        return value


def _has_null_byte(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_null_byte(key) or _has_null_byte(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_null_byte(inner) for inner in value)


def _depth(value: Any) -> int:
    """Levels of nesting, counted without recursion; orjson itself stops at 1,024."""
    level, frontier = 0, [value]
    while frontier:
        level += 1
        inner = [item for item in frontier if isinstance(item, dict | list)]
        frontier = [child for item in inner for child in (item.values() if isinstance(item, dict) else item)]
    return level
