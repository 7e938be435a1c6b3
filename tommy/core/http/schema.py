"""OpenAPI that tells the whole truth: every operation lists its refusals as problem documents.

A view names what its handler may refuse with ``@refuses(Error, …)``; what follows from the request's shape (400 with a
body or parameters, 401 behind a login, 404 with an id, 413 and 415 with a body, 429, 503) is added here.
"""

from collections import defaultdict
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import permissions

from tommy.core.errors import DomainError
from tommy.core.http.idempotency import MAX_KEY
from tommy.core.http.problems import MEDIA_TYPE

F = TypeVar("F", bound=Callable[..., Any])

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem document.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One human sentence."},
        "code": {"type": "string", "description": "Stable, snake_case."},
        "errors": {
            "type": "object",
            "description": "Field to sentences, on 400.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def refuses(*errors: type[DomainError]) -> Callable[[F], F]:
    """Names the domain errors a handler may answer with, for the schema and for whoever reads the view."""

    def mark(handler: F) -> F:
        handler.refusals = errors  # type: ignore[attr-defined]
        return handler

    return mark


def takes_body(handler: F) -> F:
    """Marks a DELETE that needs a body (a password, say), of which drf-spectacular would say nothing."""
    handler.takes_body = True  # type: ignore[attr-defined]
    return handler


class ProblemAwareSchema(AutoSchema):
    """drf-spectacular's schema of one view, with every refusal added."""

    def _handler(self) -> Any:
        action = getattr(self.view, "action", None) or self.method.lower()
        return getattr(self.view, action, None)

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if getattr(self._handler(), "takes_idempotency_key", False):
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[!-~]( *[!-~])*$"},
                    OpenApiParameter.HEADER,
                    description="The same key and body within 24 h give the first answer again.",
                )
            )
        return parameters

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        if self.method != "DELETE" or not getattr(self._handler(), "takes_body", False):
            return super()._get_request_body(direction)  # type: ignore[no-any-return,no-untyped-call]
        self.method = "POST"
        try:
            return super()._get_request_body(direction)  # type: ignore[no-any-return,no-untyped-call]
        finally:
            self.method = "DELETE"

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction=direction)
        for status, sentences in sorted(self._refusals().items()):
            description = " · ".join(sentences)
            responses.setdefault(
                str(status), {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}}}
            )
        return responses

    def _refusals(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for error in getattr(self._handler(), "refusals", ()):
            found[int(error.status)].append(f"`{error.code}`: {error.detail}")
        for status in self._shape_refusals():
            found[status] = found[status] or [HTTPStatus(status).phrase]
        return found

    def _shape_refusals(self) -> set[int]:
        statuses = {400, 429, 503}
        if not any(isinstance(p, permissions.AllowAny) for p in self.view.get_permissions()):
            statuses.add(401)
        if any(isinstance(p, permissions.IsAdminUser) for p in self.view.get_permissions()):
            statuses.add(403)
        if "{" in self.path:
            statuses.add(404)
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            statuses |= {403, 409, 413, 415}
        return statuses


def add_problem_component(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: the component that every refusal refers to."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    return result
