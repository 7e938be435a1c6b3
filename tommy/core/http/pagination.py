"""Bare arrays, paged by cursor, the next page named in a ``Link`` header (contract: ``limit`` 50, at most 200)."""

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from tommy.core.errors import InvalidInput


class LinkPagination(CursorPagination):
    """Newest first by primary key unless the view names another ``ordering``."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "-pk"

    def decode_cursor(self, request):  # type: ignore[no-untyped-def]
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise InvalidInput(errors={"cursor": ["This is not a cursor of ours."]}) from None

    def paginate_queryset(self, queryset, request, view=None):  # type: ignore[no-untyped-def]
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError):  # it decodes, but to nothing that the ordering could compare with
            raise InvalidInput(errors={"cursor": ["This is not a cursor of ours."]}) from None

    def get_page_size(self, request):  # type: ignore[no-untyped-def]
        asked = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked) > 0):
            raise InvalidInput(errors={"limit": [f"Ask for 1 to {self.max_page_size} rows."]})
        return min(int(asked), self.max_page_size)

    def get_ordering(self, request, queryset, view):  # type: ignore[no-untyped-def]
        return tuple(getattr(view, "ordering", None) or ("-pk",))

    def get_paginated_response(self, data: list[object]) -> Response:
        response = Response(data)
        if next_link := self.get_next_link():
            response["Link"] = f'<{next_link}>; rel="next"'
        return response

    def get_paginated_response_schema(self, schema: dict[str, object]) -> dict[str, object]:
        return schema
