"""The suite itself: tests that share servers stay on one worker, and workers share nothing."""

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tommy.tests.isolation import FIRST


@pytest.mark.xdist_group("together")
def test_groups_are_heeded(request: pytest.FixtureRequest) -> None:
    """pytest-xdist 3.8 forgets groups, without a word, beside pytest 9.2."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("only what runs on several workers is grouped")
    assert request.node.nodeid.endswith("@together")


def test_each_worker_has_a_redis_number_of_its_own() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or not settings.SERVICES:
        pytest.skip("only workers beside each other could meet in Redis")
    assert urlsplit(settings.ENV.redis_url).path == f"/{FIRST + int(worker.removeprefix('gw'))}"
