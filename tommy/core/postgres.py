"""Postgres' binary arrays, made and read by numpy without a Python object per value.

An array is a header and runs of (length, value); with a fixed-width type every run has one size, so a whole column is
one structured array (PostgreSQL's ``array_send`` and ``array_recv``).
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import numpy as np
import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from numpy.typing import NDArray
from psycopg.adapt import Dumper
from psycopg.pq import Format

ARRAY_HEADER_BYTES = 20

# type oid -> big-endian numpy type; all of them have a fixed width
NUMPY_OF_OID: dict[int, str] = {16: "?", 21: ">i2", 23: ">i4", 20: ">i8", 701: ">f8"}
# SQL type -> (element oid, array oid, big-endian numpy type)
ARRAY_TYPES: dict[str, tuple[int, int, str]] = {
    "boolean": (16, 1000, "?"),
    "smallint": (21, 1005, ">i2"),
    "integer": (23, 1007, ">i4"),
    "bigint": (20, 1016, ">i8"),
    "double precision": (701, 1022, ">f8"),
}


class TypedColumn(NamedTuple):
    """A quoted column name, its SQL type, and one value for each row (array or sequence)."""

    name: str
    sql_type: str
    values: Any


class BinaryArray:
    """A one-dimensional array parameter that is already in Postgres' wire format."""

    __slots__ = ("data",)

    def __init__(self, values: NDArray[Any], element_oid: int, numpy_type: str) -> None:
        item = np.dtype(numpy_type)
        runs = np.empty(len(values), np.dtype([("length", ">i4"), ("value", item)]))
        runs["length"], runs["value"] = item.itemsize, values
        dimensions = 1 if len(values) else 0
        header = [dimensions, 0, element_oid, *([len(values), 1] if dimensions else [])]
        self.data = np.array(header, ">i4").tobytes() + runs.tobytes()


class _BinaryArrayDumper(Dumper):
    """Hands the bytes over as they are; the statement's cast names the type."""

    format = Format.BINARY

    def dump(self, obj: BinaryArray) -> bytes:
        return obj.data


@contextmanager
def counted(connection: BaseDatabaseWrapper, sql: str) -> Iterator[None]:
    """Put a statement that goes past Django's cursor into Django's query log, so that counts of statements are true."""
    started = time.perf_counter()
    try:
        yield
    finally:
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql, "time": f"{time.perf_counter() - started:.3f}"})


def copy_in(connection: BaseDatabaseWrapper, table: str, targets: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Append rows by ``COPY … FROM STDIN``."""
    sql = f"COPY {table} ({targets}) FROM STDIN"
    with counted(connection, sql), _cursor(connection) as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def select_columns(connection: BaseDatabaseWrapper, names: list[str], query: str) -> dict[str, NDArray[Any]]:
    """The fixed-width, non-null columns of ``query`` as arrays: one row of one binary array a column is fetched."""
    columns = ", ".join(f"array_agg(c{place})" for place in range(len(names)))
    aliases = ", ".join(f"c{place}" for place in range(len(names)))
    sql = f"SELECT {columns} FROM ({query}) AS picked({aliases})"  # noqa: S608
    with counted(connection, sql), _cursor(connection) as cursor:
        result = cursor.execute(sql, binary=True).pgresult
        assert result is not None
        return {name: _parse_array(result.get_value(0, place)) for place, name in enumerate(names)}


def _parse_array(data: bytes | None) -> NDArray[Any]:
    """A one-dimensional array in Postgres' binary form; no rows are no array at all."""
    if data is None:
        return np.empty(0, np.int64)
    dimensions, has_null, element_oid, count, _ = np.frombuffer(data, ">i4", 5).tolist()
    if has_null or dimensions != 1:
        raise ValueError("a column holds NULL")
    kind = np.dtype(NUMPY_OF_OID[element_oid])
    runs = np.frombuffer(data, np.dtype([("length", ">i4"), ("value", kind)]), count, ARRAY_HEADER_BYTES)
    return np.ascontiguousarray(runs["value"].astype(kind.newbyteorder("=")))


def reserve_ids(connection: BaseDatabaseWrapper, table: str, count: int) -> list[int]:
    """The next ``count`` keys of a table's sequence, rising; what is not used leaves a gap, as a rollback does."""
    sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    with counted(connection, sql), _cursor(connection) as cursor:
        return [row[0] for row in cursor.execute(sql, [table, count], prepare=True).fetchall()]


def update_unnest(connection: BaseDatabaseWrapper, table: str, columns: list[TypedColumn]) -> None:
    """``UPDATE … FROM unnest``; the first column is the key."""
    key, *others = columns
    targets = ", ".join(f"{column.name} = fresh.c{place}" for place, column in enumerate(others, 1))
    aliases = ", ".join(f"c{place}" for place in range(len(columns)))
    sql = (
        f"UPDATE {table} SET {targets} FROM unnest({_casts(columns)}) AS fresh({aliases}) "  # noqa: S608
        f"WHERE {table}.{key.name} = fresh.c0"
    )
    with counted(connection, sql), _cursor(connection) as cursor:
        cursor.execute(sql, _parameters(columns), prepare=True)


def _cursor(connection: BaseDatabaseWrapper) -> "psycopg.Cursor[Any]":
    """A server-side binding cursor: Django's own binds on the client, where binary arrays would become text."""
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    cursor = psycopg.Cursor(raw)
    cursor.adapters.register_dumper(BinaryArray, _BinaryArrayDumper)
    return cursor


def _casts(columns: list[TypedColumn]) -> str:
    return ", ".join(f"%s::{column.sql_type}[]" for column in columns)


def _parameters(columns: list[TypedColumn]) -> list[Any]:
    return [_parameter(column) for column in columns]


def _parameter(column: TypedColumn) -> Any:
    if isinstance(column.values, np.ndarray) and column.sql_type in ARRAY_TYPES:
        element_oid, _, numpy_type = ARRAY_TYPES[column.sql_type]
        return BinaryArray(column.values, element_oid, numpy_type)
    return column.values.tolist() if isinstance(column.values, np.ndarray) else list(column.values)
