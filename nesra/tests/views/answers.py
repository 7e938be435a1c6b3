"""What an answer must look like."""

from typing import Any

from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer


def fits(body: Any, shape: Serializer[Any]) -> bool:
    """Whether the body has exactly the documented members, all the way down."""
    for name, field in shape.fields.items():
        _fits_field(body[name], field)
    assert set(body) == set(shape.fields), set(body) ^ set(shape.fields)
    return True


def _fits_field(value: Any, field: Any) -> None:
    if value is None:
        assert field.allow_null, field.field_name
    elif isinstance(field, ListSerializer):
        assert all(fits(item, field.child) for item in value)
    elif isinstance(field, BaseSerializer):
        assert fits(value, field)
    elif not field.read_only:
        field.run_validation(value)


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"], body["status"]) == (status, code, status), body
    assert response["Content-Type"] == "application/problem+json"
    return body
