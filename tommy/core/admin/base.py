"""Admins of rows that are only looked at, and that may be very many."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import orjson
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.utils.html import format_html

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of the newest rows: counting all of a table of millions would take longer than anybody looks at it."""

    @cached_property
    def count(self) -> int:
        return min(MOST_COUNTED, self.object_list.order_by()[:MOST_COUNTED].count())


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only services write, under locks that a form cannot take; searched and filtered here, newest first."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    ordering = ("-pk",)
    # Django asks for a choice until 6.0, even of a form that nobody fills in.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """What belongs to a row, to look at beneath it."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def fixed_filter(field: str, values: Iterable[str], title: str = "") -> type[admin.SimpleListFilter]:
    """A filter by known values: Django's own would look for all values of the column in all rows, at each view."""
    known = [(value, value.replace("_", " ")) for value in values]

    class FixedFilter(admin.SimpleListFilter):
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return known

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    FixedFilter.title = title or field.replace("_", " ")  # type: ignore[assignment]
    return FixedFilter


def as_block(value: Any) -> str:
    """JSON as a block of indented text; a dash where there is none."""
    if value in (None, "", {}, []):
        return "-"
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
    return format_html('<pre style="margin: 0; white-space: pre-wrap; max-width: 70em">{}</pre>', text)
