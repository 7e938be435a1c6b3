"""Several rows of several tables in one statement: what a command writes costs one visit to the database.

Postgres runs data-modifying common table expressions to their end, whether they are read or not, so one statement
carries every INSERT and UPDATE (PostgreSQL, "Data-Modifying Statements in WITH"). SQLite knows no such thing and has no
network to save: there each is a statement of its own, in the order given. No signals are sent, and keys that the
database hands out are not read back.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models.sql import InsertQuery, UpdateQuery

Statement = tuple[str, Sequence[Any]]


class Insert(NamedTuple):
    """A new row."""

    row: models.Model


class Update(NamedTuple):
    """These fields of a row that the transaction has locked."""

    row: models.Model
    fields: Sequence[str]


def write_together(*writes: Insert | Update) -> None:
    """Write rows that do not touch each other: none may be written twice. Raises IntegrityError as single writes do."""
    statements = [_inserting(write.row) if isinstance(write, Insert) else _updating(*write) for write in writes]
    with connection.cursor() as cursor:
        for sql, parameters in _joined(statements) if connection.vendor == "postgresql" else statements:
            cursor.execute(sql, parameters)


def _joined(statements: Sequence[Statement]) -> list[Statement]:
    if not statements:
        return []
    *others, (last, _) = statements
    names = ", ".join(f"w{place} AS ({sql})" for place, (sql, _) in enumerate(others))
    parameters = [value for _, values in statements for value in values]
    return [(f"WITH {names} {last}" if others else last, parameters)]


def _inserting(row: models.Model) -> Statement:
    model = type(row)
    fields = [field for field in model._meta.local_concrete_fields if not field.generated and _is_given(field, row)]
    query = InsertQuery(model)
    query.insert_values(fields, [row])
    [(sql, parameters)] = query.get_compiler(connection=connection).as_sql()
    return sql, parameters


def _is_given(field: "models.Field[Any, Any]", row: models.Model) -> bool:
    return not isinstance(field, models.AutoField) or getattr(row, field.attname) is not None


def _updating(row: models.Model, fields: Sequence[str]) -> Statement:
    query = UpdateQuery(type(row))
    query.add_q(models.Q(pk=row.pk))
    query.add_update_values({name: getattr(row, name) for name in fields})
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return sql, parameters
