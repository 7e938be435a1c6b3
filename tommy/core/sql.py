"""Names and values of statements that are written out: as each database takes them, and back as Python has them.

psycopg takes values as they are; SQLite knows neither UUIDs nor time zones.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection, models
from django.db.models.lookups import In

Field: TypeAlias = "models.Field[Any, Any]"
Model: TypeAlias = type[models.Model]
Forms: TypeAlias = Mapping[type, Callable[[Any], Any]]

SQLITE_FORMS: Forms = {
    datetime: lambda value: connection.ops.adapt_datetimefield_value(value),
    UUID: lambda value: value.hex,
    date: lambda value: value.isoformat(),
}
_FORMS: Mapping[str, Forms] = {"postgresql": {}, "sqlite": SQLITE_FORMS}


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(In):
    """``id__among=[…]``: ``in`` for values by the thousand, all of them one parameter on Postgres.

    Django gives each value a placeholder, which psycopg takes apart again, in Python both of them.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, list(self.rhs)]


def quoted(name: str) -> str:
    """A name as SQL text."""
    return connection.ops.quote_name(name)


def table_of(model: Model) -> str:
    """The table of a model as SQL text."""
    return quoted(model._meta.db_table)


def column_of(field: Field) -> str:
    """The column of a field as SQL text."""
    return quoted(str(field.column))


def stored(*values: Any) -> list[Any]:
    """Values that belong to no field at hand, as the driver takes them."""
    forms = _FORMS[connection.vendor]
    return [forms[type(value)](value) if type(value) in forms else value for value in values]


def stored_fields(row: models.Model, fields: Sequence[Field]) -> list[Any]:
    """What these fields of a row hold, as the driver takes it."""
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


def uuid_of(value: Any) -> Any:
    """A UUID as the driver brings it; None stays None."""
    return UUID(value) if isinstance(value, str) else value


def moment_of(value: datetime) -> datetime:
    """A time as the driver brings it, with its zone."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
