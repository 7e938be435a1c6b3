"""Errors as RFC 9457 problem documents; the only place where an exception becomes an HTTP answer."""

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from tommy.core.errors import DomainError, Unavailable

logger = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

# code -> (status, detail) of refusals that have no exception of their own.
GENERIC: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request could not be understood."),
    "csrf_failed": (403, "This origin may not act with your cookie."),
    "forbidden": (403, "This is not yours to use."),
    "not_found": (404, "There is nothing at this address."),
    "body_too_large": (413, "The body is larger than this server accepts."),
    "internal_error": (500, "Something went wrong on our side; it has been logged."),
    "overloaded": (503, "The server has too much to do right now; please come back in a moment."),
    "database_busy": (503, "The server is busy; please try again in a moment."),
}


def problem(status: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    """The document itself. ``type`` is a URN, because the code alone identifies the problem."""
    title = code.replace("_", " ").capitalize()
    return {"type": f"urn:problem:{code}", "title": title, "status": status, "detail": detail, "code": code, **members}


def problem_response(code: str, **members: Any) -> HttpResponse:
    """A generic problem outside DRF (middleware, 404 of no route, 500)."""
    status, detail = GENERIC[code]
    body = orjson.dumps(problem(status, code, detail, **members))
    response = HttpResponse(body, status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "1"
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every expected exception to a problem; None lets the unexpected one become a logged 500."""
    body, headers = _describe(error)
    if body is None:
        return None
    request = context.get("request")
    if request is not None:
        request._request.problem_code = body["code"]  # read by the request log
    response = Response(body, status=body["status"], headers=headers)
    response.content_type = MEDIA_TYPE
    return response


def _describe(error: Exception) -> tuple[dict[str, Any] | None, dict[str, str]]:
    if isinstance(error, DomainError):
        return describe(error), _headers_of(error)
    if isinstance(error, exceptions.APIException):
        return _describe_api_exception(error)
    code = _generic_code(error)
    if code is None:
        return None, {}
    status, detail = GENERIC[code]
    return problem(status, code, detail), {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def describe(error: DomainError) -> dict[str, Any]:
    """The problem document of a domain error."""
    return problem(error.status, error.code, error.detail, **error.data)


def _headers_of(error: DomainError) -> dict[str, str]:
    if isinstance(error, Unavailable):
        return {"Retry-After": str(error.data["retry_after"])}
    return {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}


def _generic_code(error: Exception) -> str | None:
    match error:
        case Http404():
            return "not_found"
        case PermissionDenied():
            return "forbidden"
        case RequestDataTooBig():
            return "body_too_large"
        case SuspiciousOperation():
            return "bad_request"
        case OperationalError() if any(sign in str(error) for sign in ("locked", "timeout", "deadlock")):
            return "database_busy"
    return None


def _describe_api_exception(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    headers: dict[str, str] = {}
    if isinstance(error, exceptions.AuthenticationFailed | exceptions.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
        detail = getattr(error, "sentence", "Please log in: a valid token is needed.")
        return problem(401, str(error.get_codes()), detail), headers
    if isinstance(error, exceptions.ValidationError):
        errors = flatten_errors(error.detail)
        return problem(400, "invalid", _first_sentence(errors), errors=errors), headers
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(error.wait or 1) + 1)
    code = {"error": "bad_request", "parse_error": "malformed_body"}.get(error.default_code, error.default_code)
    return problem(error.status_code, code, _sentence(str(error.detail))), headers


def flatten_errors(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """DRF's nested error detail as ``{"a.b.0": ["sentence", …]}``; errors of the whole body stand under ``body``."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for field, inner in detail.items():
            name = "" if field == "non_field_errors" else str(field)
            flat.update(flatten_errors(inner, ".".join(part for part in (prefix, name) if part)))
        return flat
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        return flatten_errors({str(i): item for i, item in enumerate(detail) if item}, prefix)
    sentences = detail if isinstance(detail, list) else [detail]
    return {prefix or "body": [_sentence(str(sentence)) for sentence in sentences]}


def _first_sentence(errors: dict[str, list[str]]) -> str:
    field, sentences = next(iter(errors.items()), ("body", ["The request has invalid values."]))
    return sentences[0] if field == "body" else f"{field}: {sentences[0]}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response("not_found")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response("body_too_large" if isinstance(exception, RequestDataTooBig) else "bad_request")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response("forbidden")


def server_error(request: HttpRequest) -> HttpResponse:
    return problem_response("internal_error")
