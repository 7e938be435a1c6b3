"""Budget used and left are what the ledger adds up to, after whole seasons of every kind of play."""

from datetime import datetime

import pytest
from django.db.models import Q, Sum

from hackathon.models import Hackathon, LedgerEntry
from hackathon.rules.enums import Cause
from hackathon.tests.digest import play_season
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import act

pytestmark = pytest.mark.django_db(transaction=True)


def sums(game: Hackathon) -> tuple[int, int]:
    """(received, spent) by the ledger, in cents."""
    mine = LedgerEntry.objects.filter(hackathon=game)
    found = mine.aggregate(
        received=Sum("amount_cents", filter=Q(amount_cents__gt=0), default=0),
        spent=Sum("amount_cents", filter=Q(amount_cents__lt=0), default=0),
    )
    return found["received"], -found["spent"]


def test_a_game_begins_with_what_it_is_given(now: datetime) -> None:
    game = begin_game(now)
    entry = LedgerEntry.objects.get(hackathon=game)
    assert (entry.cause, entry.amount_cents) == (Cause.BEGINNING, game.budget_cents)


def test_an_action_leaves_a_row_with_its_cause(now: datetime) -> None:
    game = begin_game(now)
    act(game, "fundraise", now)
    entry = LedgerEntry.objects.latest("id")
    assert (entry.cause, entry.amount_cents, entry.tick) == (Cause.FUNDRAISING, 170_000, 0)


@pytest.mark.slow
def test_the_ledger_explains_whole_seasons() -> None:
    play_season(games=2, days=60, shards=2)
    for game in Hackathon.objects.all():
        received, spent = sums(game)
        assert game.tick > 60
        assert (received, spent) == (game.income_cents, game.income_cents - game.budget_cents)
        assert {Cause.RENT, Cause.FOOD, Cause.SPONSORS} <= set(
            LedgerEntry.objects.filter(hackathon=game).values_list("cause", flat=True)
        )
