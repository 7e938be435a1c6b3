"""Many rows in one statement, on both databases, with columns instead of objects.

Postgres: ``array_agg`` and ``UPDATE … FROM unnest`` with arrays in Postgres' own binary form, straight from and into
numpy; ``COPY … FROM STDIN`` for new rows, under keys that were reserved where they are wanted (letters by ``INSERT …
SELECT … FROM unnest`` took three times the CPU: psycopg quotes arrays of text in Python). SQLite: prepared statements
and ``executemany``, which has no network to save. Django's ``bulk_update`` needs 18 s for what these do in under one
(docs/benchmarks.md).

A column is a numpy array, a sequence of Python values, or one value for all rows. Field names are attnames.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import numpy as np
import orjson
from django.db import connection, models
from numpy.typing import NDArray

from tommy.core import postgres
from tommy.core.sql import SQLITE_FORMS, Field, Forms, Model, column_of, quoted, stored_fields, table_of

Column = Any  # an ndarray, a sequence, or one value for every row

SQLITE_VARIABLES = 30_000


def load_columns(model: Model, columns: Mapping[str, str], where: str, order: str = "id") -> dict[str, NDArray[Any]]:
    """Numeric columns of the rows that match, as arrays in the width of their database type.

    ``columns`` maps a name to an SQL expression over the table; ``where`` and ``order`` are SQL into which callers
    interpolate integers only (``integer_list``).
    """
    sql = f"SELECT {', '.join(columns.values())} FROM {table_of(model)} WHERE {where} ORDER BY {order}"  # noqa: S608
    if connection.vendor == "postgresql":
        return postgres.select_columns(connection, list(columns), sql)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    if not rows:
        return {name: np.empty(0, np.int64) for name in columns}
    return {name: np.array(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}


def integer_list(values: Sequence[int] | NDArray[Any]) -> str:
    """Integers as SQL text for an ``IN (…)``; whatever is not an integer raises."""
    return ", ".join(str(int(value)) for value in values) or "NULL"


def index_of(column: str, keys: Sequence[str]) -> str:
    """SQL for the place of a text column's value in ``keys``, -1 where it is none of them."""
    cases = " ".join(f"WHEN {_literal(key)} THEN {place}" for place, key in enumerate(keys))
    return f"CASE {quoted(column)} {cases} ELSE -1 END" if keys else "-1"


def insert_rows(model: Model, count: int, columns: Mapping[str, Column]) -> None:
    """Append ``count`` rows whose ids nobody asks for."""
    if not count:
        return
    rows, targets = _rows(columns, count), _targets(model, columns)
    if connection.vendor == "postgresql":
        postgres.copy_in(connection, table_of(model), targets, rows)
        return
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table_of(model)} ({targets}) VALUES ({marks})", rows)  # noqa: S608


def insert_returning_ids(model: Model, count: int, columns: Mapping[str, Column]) -> list[int]:
    """Append ``count`` rows and return their primary keys, in row order."""
    if not count:
        return []
    if connection.vendor == "postgresql":
        ids = postgres.reserve_ids(connection, table_of(model), count)
        insert_rows(model, count, {"id": ids, **columns})
        return ids
    return _insert_values(model, count, columns)


def insert_objects(rows: Sequence[models.Model]) -> None:
    """Append a few objects of one model in one statement, and give them the keys that the database makes.

    What ``bulk_create`` does, at a tenth of its cost: for rows that a hot path writes by twos and threes.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    made = isinstance(meta.pk, models.AutoField)
    with connection.cursor() as cursor:
        insert = _insert_document if connection.vendor == "postgresql" else _insert_lines
        insert(cursor, fields, rows, f" RETURNING {column_of(meta.pk)}" if made else "")
        # Both databases hand out rising keys in the order of the rows; the order of RETURNING is promised by neither.
        for row, key in zip(rows, sorted(key for (key,) in cursor.fetchall()) if made else [], strict=made):
            row.pk = key


def _insert_document(cursor: Any, fields: Sequence[Field], rows: Sequence[models.Model], returning: str) -> None:
    """All values in one parameter: psycopg takes apart the text of a statement, and quotes each value, in Python."""
    columns = [(str(field.column), field.attname) for field in fields]
    document = [{column: getattr(row, name) for column, name in columns} for row in rows]
    table, targets = table_of(type(rows[0])), ", ".join(map(column_of, fields))
    cursor.execute(
        f"INSERT INTO {table} ({targets}) SELECT {targets} "  # noqa: S608  # the model's own names
        f"FROM json_populate_recordset(NULL::{table}, %s::json){returning}",
        [orjson.dumps(document, default=str).decode()],
    )


def _insert_lines(cursor: Any, fields: Sequence[Field], rows: Sequence[models.Model], returning: str) -> None:
    line = f"({', '.join(['%s'] * len(fields))})"
    values = [value for row in rows for value in stored_fields(row, fields)]
    targets = ", ".join(map(column_of, fields))
    sql = f"INSERT INTO {table_of(type(rows[0]))} ({targets}) VALUES {', '.join([line] * len(rows))}"  # noqa: S608
    cursor.execute(sql + returning, values)


def update_rows(model: Model, keys: NDArray[Any] | Sequence[Any], columns: Mapping[str, Column]) -> None:
    """Set ``columns`` in the rows whose primary keys are ``keys``, pair by pair."""
    count = len(keys)
    if not count or not columns:
        return
    if connection.vendor == "postgresql":
        typed = _typed(model, {_key(model): keys, **columns}, count)
        postgres.update_unnest(connection, table_of(model), typed)
        return
    targets = ", ".join(f"{_column(model, name)} = %s" for name in columns)
    with connection.cursor() as cursor:
        rows = _rows({**columns, _key(model): keys}, count)
        where = f"{_column(model, _key(model))} = %s"
        cursor.executemany(f"UPDATE {table_of(model)} SET {targets} WHERE {where}", rows)  # noqa: S608


def _insert_values(model: Model, count: int, columns: Mapping[str, Column]) -> list[int]:
    rows, targets = _rows(columns, count), _targets(model, columns)
    line = f"({', '.join(['%s'] * len(columns))})"
    batch = max(1, SQLITE_VARIABLES // len(columns))
    identifiers: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, count, batch):
            chunk = rows[start : start + batch]
            sql = f"INSERT INTO {table_of(model)} ({targets}) VALUES {', '.join([line] * len(chunk))} RETURNING id"  # noqa: S608
            cursor.execute(sql, [value for row in chunk for value in row])
            # SQLite does not promise the order of RETURNING, but hands out rising keys in the order of VALUES.
            identifiers += sorted(row[0] for row in cursor.fetchall())
    return identifiers


def _rows(columns: Mapping[str, Column], count: int) -> list[tuple[Any, ...]]:
    """Rows of plain Python values, in a form both drivers take."""
    return list(zip(*(_values(column, count) for column in columns.values()), strict=True))


def _values(column: Column, count: int) -> Sequence[Any]:
    if isinstance(column, np.ndarray):
        return cast(list[Any], column.tolist())
    forms = _COPIED if connection.vendor == "postgresql" else SQLITE_FORMS
    if isinstance(column, list | tuple):
        return [forms[type(value)](value) if type(value) in forms else value for value in column]
    return [forms[type(column)](column) if type(column) in forms else column] * count


# COPY takes text, and psycopg's own way to a time's takes longer.
_COPIED: Forms = {datetime: str}


def _typed(model: Model, columns: Mapping[str, Column], count: int) -> list[postgres.TypedColumn]:
    return [
        postgres.TypedColumn(_column(model, name), _type(model, name), _spread(column, count))
        for name, column in columns.items()
    ]


def _spread(column: Column, count: int) -> Any:
    return column if isinstance(column, np.ndarray | list | tuple) else [column] * count


def _type(model: Model, name: str) -> str:
    """The type of the values, without what a key adds (``GENERATED BY DEFAULT AS IDENTITY``)."""
    field = _field(model, name)
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    return str(field.rel_db_type(connection) if isinstance(field, models.AutoField) else field.db_type(connection))


def _targets(model: Model, columns: Mapping[str, Column]) -> str:
    return ", ".join(_column(model, name) for name in columns)


def _key(model: Model) -> str:
    return model._meta.pk.attname


def _field(model: Model, name: str) -> Field:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _column(model: Model, name: str) -> str:
    return column_of(_field(model, name))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
