"""What every refusal looks like."""

from typing import Any


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of a response that must be one."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert isinstance(body["detail"], str)
    return body
