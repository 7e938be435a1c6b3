"""``/api/reports/pdf``: a hackathon as a document, or its tables as CSV."""

from django.core.cache import cache
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from hackathon import catalogue, errors
from hackathon.models import Hackathon
from hackathon.reports.document import as_pdf
from hackathon.reports.tables import as_csv
from hackathon.selectors.reports import TABLES, report_data, report_version
from hackathon.serializers.games import LARGEST_ID, Shape
from hackathon.views.base import chosen_hackathon
from tommy.core import clock
from tommy.core.http.schema import refuses
from tommy.core.overload import require_calm

KEPT_SECONDS = 600


class ReportQuery(Shape):
    hackathon = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="The current one by default."
    )
    format = serializers.ChoiceField(["pdf", "csv"], default="pdf")
    table = serializers.ChoiceField(TABLES, default="participants", help_text="Which table, as CSV.")


class ReportView(APIView):
    slow = True  # charts take a good part of a second

    @extend_schema(
        operation_id="reports_pdf",
        parameters=[ReportQuery],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, (200, "text/csv"): OpenApiTypes.STR},
    )
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def get(self, request: Request) -> HttpResponse:
        """Figures, charts, people, incidents with decisions, receipts; made once for each tick."""
        form = ReportQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        query = form.validated_data
        hackathon = chosen_hackathon(request, query.get("hackathon"))
        if query["format"] == "csv":
            text = as_csv(report_data(hackathon, clock.now()).table(query["table"]))
            return _download(text.encode(), "text/csv", f"hackathon-{hackathon.pk}-{query['table']}.csv")
        return _download(_pdf(hackathon), "application/pdf", f"hackathon-{hackathon.pk}.pdf")


def _pdf(hackathon: Hackathon) -> bytes:
    key = f"report-{report_version(hackathon)}"
    document: bytes | None = cache.get(key)
    if document is None:
        require_calm()
        document = as_pdf(report_data(hackathon, clock.now()), catalogue.rules().ticks_per_day)
        cache.set(key, document, KEPT_SECONDS)
    return document


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
