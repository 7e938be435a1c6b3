"""How a body is read."""

from typing import Any

from rest_framework.request import Request

from nesra.serializers import Shape


def parsed(shape: type[Shape], request: Request) -> dict[str, Any]:
    """The body as ``shape`` has it, or 400."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = body.validated_data
    return values
