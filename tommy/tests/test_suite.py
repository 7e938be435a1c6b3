"""The suite itself: tests that share servers stay on one worker."""

import pytest


@pytest.mark.xdist_group("together")
def test_groups_are_heeded(request: pytest.FixtureRequest) -> None:
    """pytest-xdist 3.8 forgets groups, without a word, beside pytest 9.2."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("only what runs on several workers is grouped")
    assert request.node.nodeid.endswith("@together")
