"""Money moves with a row that says why; that whole seasons add up is shown where one is played (``test_ticks``)."""

from datetime import datetime

import pytest

from hackathon.models import LedgerEntry
from hackathon.rules.enums import Cause
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import act

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_game_begins_with_what_it_is_given(now: datetime) -> None:
    game = begin_game(now)
    entry = LedgerEntry.objects.get(hackathon=game)
    assert (entry.cause, entry.amount_cents) == (Cause.BEGINNING, game.budget_cents)


def test_an_action_leaves_a_row_with_its_cause(now: datetime) -> None:
    game = begin_game(now)
    act(game, "fundraise", now)
    entry = LedgerEntry.objects.latest("id")
    assert (entry.cause, entry.amount_cents, entry.tick) == (Cause.FUNDRAISING, 170_000, 0)
