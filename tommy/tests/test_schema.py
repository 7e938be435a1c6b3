"""The OpenAPI document tells the truth: no input, however broken, gets a 5xx or an answer that it does not list."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tommy.tests.processes import Server, register, scratch_services

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("schema")]

EXAMPLES = 12
SCHEMA_REDIS = 12
# Their token would be dead for everything that follows.
ENDS_THE_LOGIN = ("/logout",)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

DOCUMENT: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        tmp_path_factory.mktemp("data"), {"LOG_LEVEL": "WARNING", **scratch_services("tommy_schema", SCHEMA_REDIS)}
    ).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def player(server: Server) -> dict[str, str]:
    headers = register(server, "fuzzer")
    httpx.get(f"{server.url}/api/game/state", headers=headers)
    return headers


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_answer_is_documented(label: str, server: Server, player: dict[str, str]) -> None:
    operation = OPERATIONS[label]
    headers = {} if operation.path.endswith(ENDS_THE_LOGIN) else player

    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=server.url, headers=headers, checks=CHECKS)

    ask()


@pytest.mark.in_memory
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_operation_lists_its_refusals_as_problems(label: str) -> None:
    method, path = label.split(" ", 1)
    responses = DOCUMENT["paths"][path][method.lower()]["responses"]
    refusals = [answer for status, answer in responses.items() if status.startswith(("4", "5"))]
    assert refusals
    assert all("application/problem+json" in answer["content"] for answer in refusals)
