"""Columns and checks that several tables share."""

import uuid
from enum import StrEnum
from typing import Any

from django.db import models


class GeneratedKey(models.GeneratedField):
    """A generated column that foreign keys may refer to: values are prepared as its output field's are."""

    output_field: "models.Field[Any, Any]"

    def to_python(self, value: Any) -> Any:
        return self.output_field.to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        return self.output_field.get_prep_value(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return self.output_field.get_db_prep_value(value, connection, prepared)


def uuid_key() -> "models.UUIDField[Any, Any]":
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def word(words: type[StrEnum], **options: Any) -> "models.CharField[Any, Any]":
    """A column that holds one of an enum's words; ``one_of`` is the check that goes with it."""
    return models.CharField(max_length=16, choices=[(str(w), str(w)) for w in words], **options)


def one_of(field: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [str(w) for w in words]}), name=name)
