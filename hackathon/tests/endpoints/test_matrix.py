"""Every endpoint of Tommy's over HTTP: each success and each refusal that its schema names has happened here."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import resolve
from rest_framework.test import APIClient

from hackathon.tests.endpoints import games, orders, papers, people
from hackathon.tests.endpoints.needs import Promise, promises, template
from hackathon.tests.endpoints.stage import Case, Stage

CASES = sorted([*games.CASES, *orders.CASES, *papers.CASES, *people.CASES], key=lambda case: case.operation)
BY_OPERATION = {name: list(cases) for name, cases in groupby(CASES, key=lambda case: case.operation)}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def seen(case: Case, stage: Stage) -> Promise:
    """What really came back, and from where; whatever it did to the game is undone."""
    before = transaction.savepoint()
    answer = case.call(stage)
    transaction.savepoint_rollback(before)
    asked = answer.wsgi_request
    operation = f"{asked.method} {template(resolve(asked.path_info).route)}"
    if answer.status_code < 400:
        return Promise(operation, answer.status_code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return Promise(operation, answer.status_code, answer.json()["code"])


@pytest.mark.django_db
@pytest.mark.parametrize("operation", BY_OPERATION)
def test_it_answers_as_documented(operation: str, login_as: Callable[..., APIClient]) -> None:
    stage, cases = Stage(login_as), BY_OPERATION[operation]
    assert [seen(case, stage) for case in cases] == [Promise(*case[:3]) for case in cases]


def test_nothing_that_the_schema_names_is_left_out() -> None:
    """A new endpoint, or a new refusal of an old one, needs a case here; 401 is asked of all operations elsewhere."""
    asked_for = {promise for promise in promises() if promise.status != 401 or promise.code == "not_signed"}
    covered = {Promise(*case[:3]) for case in CASES}
    assert sorted(asked_for - covered) == []
    assert sorted(covered - asked_for) == []
