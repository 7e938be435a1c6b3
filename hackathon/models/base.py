"""Field shapes that several tables share."""

from enum import IntEnum
from typing import Any

from django.db import models

NEVER = -1


def percent_between(field: str) -> models.Q:
    """A quantity of 0 to 100."""
    return models.Q(**{f"{field}__gte": 0, f"{field}__lte": 100})


def choices_of(enum: type[IntEnum]) -> list[tuple[int, str]]:
    """Django choices of a rules enum, labelled for the admin."""
    return [(member.value, member.name.lower().replace("_", " ")) for member in enum]


def enum_field(enum: type[IntEnum], default: IntEnum, **options: Any) -> Any:
    return models.PositiveSmallIntegerField(choices=choices_of(enum), default=default.value, **options)


def enum_constraint(field: str, enum: type[IntEnum], name: str) -> models.CheckConstraint:
    """The column holds a member of the enum and nothing else."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [m.value for m in enum]}), name=name)
