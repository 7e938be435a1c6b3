"""The content editor: it explains, names the line of a mistake, compares before it saves, and leaves a trace."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from tommy.core.admin.explaining import explanations, line_of
from tommy.core.content import content, default_path
from tommy.core.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "tommy/overload.json"
TEXT = """{
  "a": {"b/c": 1},
  "list": [
    {"x": "}],{"},
    {"x": [1, 2,
           3]}
  ]
}
"""


def test_every_file_is_described_in_the_list() -> None:
    """In a sentence of its own, that says more than which file it is."""
    told = {name: content.meaning(name) for name in content.names()}
    assert {name for name, sentence in told.items() if len(sentence) < 30 or sentence.startswith(name)} == set()
    assert len(set(told.values())) == len(told)
    staff = User.objects.create_superuser("staff@example.org", "staff", "secret")
    client = Client()
    client.force_login(staff)
    page = client.get(reverse("admin:core_contentfile_changelist")).content.decode()
    assert all(escape(sentence) in page for sentence in told.values())


class TestLines:
    @pytest.mark.parametrize(
        ("pointer", "line"),
        [("", 1), ("/a", 2), ("/a/b~1c", 2), ("/list/0/x", 4), ("/list/1", 5), ("/list/1/x/2", 6)],
    )
    def test_a_pointer_leads_to_its_line(self, pointer: str, line: int) -> None:
        assert line_of(TEXT, pointer) == line

    @pytest.mark.parametrize(("pointer", "line"), [("/list/1/y", 5), ("/list/7", 3), ("/z", 1), ("/a/b~1c/d", 2)])
    def test_what_is_missing_leads_to_where_it_should_be(self, pointer: str, line: int) -> None:
        assert line_of(TEXT, pointer) == line

    @pytest.mark.parametrize("text", ["", "{", '{"a": ', "[1, ", '{"a" 1}'])
    def test_a_text_that_is_no_json_does_no_harm(self, text: str) -> None:
        assert line_of(text, "/a/0") == 1


def test_every_files_places_are_explained() -> None:
    for name in content.names():
        places = explanations(content.model(name).model_json_schema())
        assert places, name
    places = {place.pointer: place for place in explanations(content.model(FILE).model_json_schema())}
    assert places["/measures/*/strained"].limits == "more than 0"
    assert places["/samples_up"].kind == "integer"
    incidents = {p.pointer: p for p in explanations(content.model("hackathon/incidents.json").model_json_schema())}
    assert incidents["/types/*/severity"].kind.startswith('one of "low"')
    assert "otherwise 0" in incidents["/types/*/choices/*/ap"].limits


class TestEditor:
    @pytest.fixture(autouse=True)
    def _overrides(self, tmp_path: Path) -> Iterator[None]:
        with override_settings(ENV=settings.ENV.model_copy(update={"content_dir": tmp_path})):
            yield
        content.load()

    @pytest.fixture
    def browser(self) -> Client:
        client = Client()
        client.force_login(User.objects.create_superuser("root@example.org", "root", "secret"))
        return client

    @pytest.fixture
    def url(self) -> str:
        return reverse("admin:core_contentfile_change", args=[FILE])

    def changed(self, **changes: Any) -> str:
        return json.dumps({**json.loads(default_path(FILE).read_text()), **changes}, indent=2)

    def test_it_compares_before_anything_is_in_force(self, browser: Client, url: str) -> None:
        answer = browser.post(url, {"text": self.changed(countdown_seconds=9), "_compare": "1"}).content.decode()
        assert "nothing is in force yet" in answer
        assert "+  &quot;countdown_seconds&quot;: 9" in answer
        assert not content.is_overridden(FILE)

    def test_saved_it_is_in_force_at_once_and_traced(self, browser: Client, url: str) -> None:
        assert browser.post(url, {"text": self.changed(countdown_seconds=9)}).status_code == 302
        assert json.loads(content.text(FILE))["countdown_seconds"] == 9
        entry = AuditEntry.objects.latest("id")
        assert (entry.source, entry.status) == ("admin", None)
        assert '+  "countdown_seconds": 9,' in entry.after[f"content:{FILE}"]["changes"]
        assert browser.post(url, {"text": "x", "_reset": "1"}).status_code == 302
        assert not content.is_overridden(FILE)

    def test_a_mistake_is_named_with_pointer_and_line(self, browser: Client, url: str) -> None:
        text = self.changed(samples_up=0)
        line = 1 + text[: text.index("samples_up")].count("\n")
        answer = browser.post(url, {"text": text}).content.decode()
        assert f"{FILE}#/samples_up: Input should be greater than or equal to 1" in answer
        assert f'data-line="{line}"' in answer
        assert "samples_up&quot;: 0" in answer  # what was typed is there still
        assert not content.is_overridden(FILE)

    def test_whoever_may_only_look_cannot_change(self, url: str) -> None:
        clerk = User.objects.create_user("clerk@example.org", "clerk", "secret")
        User.objects.filter(pk=clerk.pk).update(is_staff=True)
        client = Client()
        client.force_login(User.objects.get(pk=clerk.pk))
        assert client.get(url).status_code == 403
        assert client.post(url, {"text": self.changed(samples_up=4)}).status_code == 403
        assert not content.is_overridden(FILE)
