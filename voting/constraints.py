"""Foreign keys over several columns, which Django's own fields cannot declare."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Model = type[models.Model]
Editor = BaseDatabaseSchemaEditor


class CompositeForeignKey(models.BaseConstraint):
    """``fields`` together name a row of ``table`` by its unique ``columns``.

    The target is named as the database names it, because SQLite rebuilds a table in a registry that holds no other
    model. Deferred to the end of the transaction, like every foreign key that Django makes.
    """

    def __init__(self, *, name: str, fields: Sequence[str], table: str, columns: Sequence[str]) -> None:
        super().__init__(name=name, violation_error_message="These do not belong together.")
        self.fields, self.table, self.columns = tuple(fields), table, tuple(columns)

    def constraint_sql(self, model: Model | None, schema_editor: Editor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        own = ", ".join(quote(column) for column in self._own_columns(model))
        target = ", ".join(quote(column) for column in self.columns)
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({own}) REFERENCES {quote(self.table)} ({target}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: Model | None, schema_editor: Editor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Model | None, schema_editor: Editor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(
        self,
        model: Model,
        instance: models.Model,
        exclude: set[str] | None = None,
        using: str = "default",
    ) -> None:
        """For forms: what the database would say at commit."""
        if exclude and exclude & set(self.fields):
            return
        values = [self._prepared(model, instance, name, using) for name in self.fields]
        quote = connections[using].ops.quote_name
        where = " AND ".join(f"{quote(column)} = %s" for column in self.columns)
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {quote(self.table)} WHERE {where}", values)  # noqa: S608
            if cursor.fetchone() is None:
                raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path = f"{self.__class__.__module__}.{self.__class__.__name__}"
        options = {"name": self.name, "fields": self.fields, "table": self.table, "columns": self.columns}
        return path, (), options

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompositeForeignKey):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.table, self.columns))

    def _own_columns(self, model: Model) -> list[str]:
        return [str(model._meta.get_field(name).column) for name in self.fields]  # type: ignore[union-attr]

    @staticmethod
    def _prepared(model: Model, instance: models.Model, name: str, using: str) -> Any:
        field = model._meta.get_field(name)
        value = getattr(instance, field.attname)  # type: ignore[union-attr]
        return field.get_db_prep_value(value, connections[using])  # type: ignore[union-attr]
