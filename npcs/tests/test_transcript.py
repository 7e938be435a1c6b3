"""The talks in docs/npcs.md are what the offline writer really says; ``UPDATE_DOCS=1`` writes them anew."""

import os
import re
from itertools import chain
from pathlib import Path

import pytest

from npcs.tests.factories import NotebookGame
from npcs.tests.transcript import TALKS, page_with, transcript

PAGE = Path(__file__).parents[2] / "docs/npcs.md"

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_document_holds_what_the_code_says(game: NotebookGame) -> None:
    page = PAGE.read_text()
    written = page_with(page, [(npc, transcript(npc, game)) for npc in TALKS])
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(written)
    assert written == page


def test_nobody_repeats_a_sentence(game: NotebookGame) -> None:
    for npc in TALKS:
        answers = re.findall(r"<br>\n   (.*) <sub>", transcript(npc, game))
        sentences = list(chain.from_iterable(re.split(r"(?<=[.!?]) ", answer) for answer in answers))
        repeated = {sentence for sentence in sentences if sentences.count(sentence) > 1}
        assert repeated == set(), npc
