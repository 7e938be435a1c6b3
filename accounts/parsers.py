"""Bodies that are kept as they came."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from accounts.limits import limits
from tommy.core.http.parsers import BodyTooLarge


class JSONTextParser(BaseParser):
    """One JSON value as its own text, checked but not converted: numbers keep every digit, objects their order."""

    media_type = "application/json"

    def parse(  # type: ignore[override]  # DRF takes any value; its stubs know mappings only
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> str:
        limit = limits().save_data_bytes
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BodyTooLarge(f"At most {limit} bytes can be saved.")
        try:
            orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None
        return raw.decode().strip()
