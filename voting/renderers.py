"""Results as a spreadsheet."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.utils.serializer_helpers import ReturnDict

COLUMNS = ("round_number", "question", "category", "username", "content", "vote_count")
# What spreadsheets would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ResultsCSVRenderer(BaseRenderer):
    """One line for each answer of each completed round."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        sheet = io.StringIO(newline="")
        writer = csv.writer(sheet)
        writer.writerow(COLUMNS)
        for round_ in data.get("rounds", ()) if isinstance(data, dict | ReturnDict) else ():
            for answer in round_["answers"]:
                line = {**round_, **answer}
                writer.writerow([_cell(line[name]) for name in COLUMNS])
        return sheet.getvalue().encode()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
