"""Rows of several tables as objects of their models, by a SELECT whose joins are written out.

For what stands before every request: the ORM composes ``select_related`` anew at each call, which takes Python longer
than the database takes to answer (docs/architecture.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

from tommy.core.sql import Field, Model, stored

Convert = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class Source:
    """The rows of a model under the name that the SELECT gives its table."""

    name: str
    model: Model

    @cached_property
    def fields(self) -> list[Field]:
        return list(self.model._meta.concrete_fields)

    @cached_property
    def names(self) -> list[str]:
        return [field.attname for field in self.fields]


class Join:
    """``SELECT <all columns of the sources> <tail>``; ``tail`` begins with FROM, is the caller's own text, and takes
    UUIDs and texts for its placeholders.

    Rows of the sources named in ``lock`` are locked, in that order; rows that refer to them may be inserted meanwhile.
    """

    def __init__(self, *sources: Source, tail: str, lock: Sequence[str] = ()) -> None:
        self._sources = sources
        self._tail = tail
        self._lock = lock

    def fetch(self, *values: UUID | str) -> list[tuple[Any, ...]]:
        """For each row an object of each source, None where an outer join found nothing; one SQL statement."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, stored(*values))
            rows = cursor.fetchall()
        return [self._objects(list(row)) for row in rows]

    @cached_property
    def _sql(self) -> str:
        names = [f"{source.name}.{field.column}" for source in self._sources for field in source.fields]
        # SQLite locks the whole file from the beginning of a transaction.
        locks = self._lock and connection.features.has_select_for_no_key_update
        lock = f" FOR NO KEY UPDATE OF {', '.join(self._lock)}" if locks else ""
        return f"SELECT {', '.join(names)} {self._tail}{lock}"

    @cached_property
    def _converted(self) -> list[tuple[int, Any, list[Convert]]]:
        """Places of columns that the driver does not bring as the field has them."""
        fields = [field for source in self._sources for field in source.fields]
        columns = [(place, field.get_col(field.model._meta.db_table)) for place, field in enumerate(fields)]
        converters = [
            (place, column, [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)])
            for place, column in columns
        ]
        return [line for line in converters if line[2]]

    def _objects(self, values: list[Any]) -> tuple[Any, ...]:
        # The connection itself: behind ``connection`` it is looked up for each value.
        database = connections[DEFAULT_DB_ALIAS]
        for place, column, converters in self._converted:
            for convert in converters:
                values[place] = convert(values[place], column, database)
        found, start = list[Any](), 0
        for source in self._sources:
            own = values[start : (start := start + len(source.names))]
            there = any(value is not None for value in own)
            found.append(source.model.from_db(DEFAULT_DB_ALIAS, source.names, own) if there else None)
        return tuple(found)
