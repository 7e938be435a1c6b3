"""A rule that Django has no constraint for, held by both databases."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as SchemaEditor

Model = type[models.Model]
Quote = Callable[[str], str]


class PairReference(models.BaseConstraint):
    """A foreign key of two columns: ``fields`` of this table name a row by ``to_fields`` of ``to`` (app.Model).

    A row with a NULL among ``fields`` refers to nothing. Checked at commit. The pair must be unique over there.
    """

    def __init__(self, *, fields: tuple[str, str], to: str, to_fields: tuple[str, str], name: str) -> None:
        self.fields, self.to, self.to_fields = tuple(fields), to, tuple(to_fields)
        super().__init__(name=name)

    def constraint_sql(self, model: Model | None, schema_editor: SchemaEditor | None) -> str:
        model, quote = _given(model, schema_editor)
        target = model._meta.apps.get_model(self.to)
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({_columns(model, self.fields, quote)}) "
            f"REFERENCES {quote(target._meta.db_table)} ({_columns(target, self.to_fields, quote)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: Model | None, schema_editor: SchemaEditor | None) -> str:
        given, quote = _given(model, schema_editor)
        return f"ALTER TABLE {quote(given._meta.db_table)} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Model | None, schema_editor: SchemaEditor | None) -> str:
        given, quote = _given(model, schema_editor)
        return f"ALTER TABLE {quote(given._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Nothing to say before the database does: forms never write what this constrains."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "fields": self.fields, "to": self.to, "to_fields": self.to_fields}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PairReference) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.to, self.to_fields))


def _given(model: Model | None, schema_editor: SchemaEditor | None) -> tuple[Model, Quote]:
    """Django's annotations allow for None where its schema editors never pass it."""
    if model is None or schema_editor is None:
        raise TypeError("a constraint's SQL needs its model and a schema editor")
    return model, schema_editor.quote_name


def _columns(model: Model, fields: tuple[str, ...], quote: Quote) -> str:
    by_name = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return ", ".join(quote(by_name[name]) for name in fields)
