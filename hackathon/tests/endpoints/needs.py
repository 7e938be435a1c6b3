"""What the schema promises of Tommy's endpoints, as triples that somebody has to have seen: operation, status, code."""

import re
from typing import Any, NamedTuple

from drf_spectacular.generators import SchemaGenerator

from hackathon.urls import urlpatterns

# What follows from the form of any request; tommy/tests/test_refusals.py provokes each of them on every operation.
GENERIC = {"403", "404", "409", "413", "415", "429", "503"}


class Promise(NamedTuple):
    """``code`` is empty for a success."""

    operation: str
    status: int
    code: str = ""


def document() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def template(route: str) -> str:
    """``api/projects/<int:project_id>`` as the schema has it."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


def promises() -> set[Promise]:
    """Every documented success and every refusal with a name, of each operation that ``hackathon.urls`` routes."""
    mine = {template(str(pattern.pattern)) for pattern in urlpatterns}
    found: set[Promise] = set()
    for path, methods in document()["paths"].items():
        if path in mine:
            for method, operation in methods.items():
                found |= set(_promises_of(f"{method.upper()} {path}", operation))
    return found


def _promises_of(name: str, operation: dict[str, Any]) -> list[Promise]:
    found = []
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            found.append(Promise(name, int(status)))
            continue
        found += [Promise(name, int(status), code) for code in re.findall(r"`(\w+)`: ", answer["description"])]
        if status == "401":
            found.append(Promise(name, 401, "not_authenticated"))
    reads_input = "requestBody" in operation or any(each["in"] == "query" for each in operation.get("parameters", []))
    return [*found, Promise(name, 400, "invalid")] if reads_input else found
