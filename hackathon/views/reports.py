"""``/api/reports/pdf``: a hackathon as a document, or its tables as CSV."""

from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hackathon import catalogue, errors
from hackathon.reports.tables import as_csv
from hackathon.selectors.reports import TABLES, report_data
from hackathon.serializers.games import LARGEST_ID, Shape
from hackathon.services.reports import Draft, report_begin, report_finish, report_words
from hackathon.throttling import PlayerThrottle
from hackathon.views.base import chosen_hackathon
from npcs.gateway import is_enabled
from npcs.views.base import WaitingAPIView
from tommy.core import clock
from tommy.core.http.schema import refuses
from tommy.core.threads import slow_threads


class ReportQuery(Shape):
    hackathon = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="The current one by default."
    )
    format = serializers.ChoiceField(["pdf", "csv"], default="pdf")
    table = serializers.ChoiceField(TABLES, default="participants", help_text="Which table, as CSV.")


class ReportInTheMaking(Shape):
    status = serializers.ChoiceField(["in_the_making"])
    location = serializers.CharField(help_text="Ask here again after `Retry-After` seconds.")


class ReportView(WaitingAPIView):
    throttle_classes = (PlayerThrottle,)
    slow = True  # charts take a good part of a second

    @extend_schema(
        operation_id="reports_pdf",
        parameters=[ReportQuery],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "text/csv"): OpenApiTypes.STR,
            (202, "application/json"): ReportInTheMaking,
        },
    )
    @refuses(errors.HackathonNotFound, errors.NotYourHackathon)
    def get(self, request: Request) -> HttpResponseBase:
        """Figures, charts, money, shipping, incidents with decisions; made once for each tick.

        Very long ones are made in the background: 202 with `Location` and `Retry-After`, and 200 soon after.
        """
        form = ReportQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        query, now = form.validated_data, clock.now()
        hackathon = chosen_hackathon(request, query.get("hackathon"))
        if query["format"] == "csv":
            text = as_csv(report_data(hackathon, now).table(query["table"]))
            return _download(text.encode(), "text/csv", f"hackathon-{hackathon.pk}-{query['table']}.csv")
        return self._document(hackathon.pk, report_begin(hackathon=hackathon, now=now))

    def _document(self, hackathon_id: int, found: bytes | Draft | None) -> HttpResponseBase:
        if found is None:
            return _in_the_making(hackathon_id)
        if isinstance(found, bytes):
            return _pdf(hackathon_id, found)
        if is_enabled():
            return self.wait(partial(_worded, hackathon_id, found))
        return _pdf(hackathon_id, report_finish(draft=found, words=None))


async def _worded(hackathon_id: int, draft: Draft) -> HttpResponse:
    """The AI is awaited on the loop; only what it then takes to draw holds a thread."""
    words = await report_words(draft)
    return _pdf(hackathon_id, await slow_threads().run_db(report_finish, draft=draft, words=words))


def _pdf(hackathon_id: int, document: bytes) -> HttpResponse:
    return _download(document, "application/pdf", f"hackathon-{hackathon_id}.pdf")


def _in_the_making(hackathon_id: int) -> Response:
    place = f"/api/reports/pdf?hackathon={hackathon_id}"
    headers = {"Location": place, "Retry-After": str(catalogue.report_settings().retry_after_seconds)}
    return Response({"status": "in_the_making", "location": place}, status=202, headers=headers)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
