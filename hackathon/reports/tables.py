"""A table of a report as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Sequence
from typing import Any

# A spreadsheet would take text that begins so for a formula, and run it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Header and rows, comma-separated, CRLF as RFC 4180 has it; an empty table is an empty text."""
    if not rows:
        return ""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, rows[0].keys())
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return buffer.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
