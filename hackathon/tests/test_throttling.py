"""Too many calls of one player are refused, in all processes together; nobody else's, and never a front end's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from hackathon import throttling
from hackathon.rules.limits import LimitsModel
from hackathon.tests import papers
from hackathon.tests.endpoints.stage import Stage
from tommy.core.content import content

LIMITS = (
    '{"requests": {"attempts": 50, "seconds": 60}, "slow_requests": {"attempts": 3, "seconds": 60},'
    ' "files": {"per_account_bytes": 20000000, "kept_days": 90, "pruned_at_a_time": 500}}'
)


@pytest.fixture(autouse=True)
def _few(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    monkeypatch.setattr(throttling, "_blocks", throttling.Blocks())
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "hackathon").mkdir()
    (tmp_path / "hackathon/limits.json").write_text(LIMITS)
    with (
        override_settings(ENV=settings.ENV.model_copy(update={"content_dir": tmp_path})),
        time_machine.travel("2026-03-02T09:00:10Z", tick=False),
    ):
        content.load()
        yield
    content.load()


def statuses(client: APIClient, times: int, path: str = "/api/housing/listings") -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


@pytest.mark.django_db
class TestCalls:
    def test_beyond_the_limit_they_wait_for_the_next_window(self, client: APIClient, stranger: APIClient) -> None:
        assert statuses(client, 52) == [200] * 50 + [429] * 2
        refused = client.get("/api/game/saves")
        assert (refused.json()["code"], refused["Retry-After"]) == ("throttled", "51")
        assert statuses(stranger, 1) == [200]
        with time_machine.travel("2026-03-02T09:01:00Z", tick=False):
            assert statuses(client, 1) == [200]

    def test_another_process_knows_of_them(self, client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        assert statuses(client, 40) == [200] * 40
        monkeypatch.setattr(throttling, "_blocks", throttling.Blocks())
        assert statuses(client, 11) == [200] * 10 + [429]

    def test_without_a_login_the_address_counts(self) -> None:
        assert statuses(APIClient(), 51, "/api/world") == [200] * 50 + [429]
        assert statuses(APIClient(REMOTE_ADDR="203.0.113.9"), 1, "/api/world") == [200]

    def test_files_are_counted_by_themselves(self, login_as: Any) -> None:
        at = Stage(login_as)
        sent = [at.upload("/api/receipts", papers.encoded(papers.blank()), participant_id=at.person) for _ in range(4)]
        assert [answer.status_code for answer in sent] == [400] * 3 + [429]
        assert at.get("/api/game/saves").status_code == 200


def test_a_front_end_that_polls_never_meets_it() -> None:
    shipped = LimitsModel.model_validate_json((settings.BASE_DIR / "hackathon/content/limits.json").read_text())
    assert shipped.requests.attempts / shipped.requests.seconds > 50


def test_every_call_of_the_game_is_counted() -> None:
    """The schema says 429 of all; so all are."""
    generator: Any = SchemaGenerator()
    generator.get_schema(request=None, public=True)
    mine = [view for *_, view in generator._get_paths_and_endpoints() if view.__module__.startswith("hackathon.")]
    assert len(mine) > 30
    assert {throttling.PlayerThrottle in view.throttle_classes for view in mine} == {True}
