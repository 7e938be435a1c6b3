"""Where the games use texts: summaries of reports by the AI, and letters that know of places and houses."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db.models import Count, F
from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import Hackathon, InboxMessage, Request
from hackathon.selectors.reports import report_data
from hackathon.services import reports
from hackathon.simulation.effects import Messages
from hackathon.simulation.state import State
from hackathon.simulation.wording import Named
from hackathon.tests.digest import play_season
from hackathon.tests.factories import begin_game
from npcs.tests.openai_server import OpenAIServer

SUMMARY = "The season began with six beds and ended with an apology to the carpet. Nobody regrets the toaster."


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The summary of every document that is made."""
    said: list[str] = []
    real = reports.as_pdf
    monkeypatch.setattr(reports, "as_pdf", lambda data, *rest: said.append(data.words) or real(data, *rest))
    return said


@pytest.mark.django_db(transaction=True)
def test_the_reports_summary_is_the_ais_or_the_offline_writers(
    ai: OpenAIServer, words: list[str], now: datetime, login_as: Callable[..., APIClient]
) -> None:
    hackathon = begin_game(now)
    client = login_as(hackathon.user)
    ai.say = lambda body: SUMMARY
    kept = client.get("/api/reports/pdf").content
    assert client.get("/api/reports/pdf").content == kept
    ai.mode = "400"
    Hackathon.objects.update(tick=F("tick") + 1)
    hackathon.refresh_from_db()
    assert client.get("/api/reports/pdf").status_code == 200
    assert words == [SUMMARY, report_data(hackathon, now).words]
    making = reports.report_make(hackathon_id=hackathon.pk, now=now)
    assert making is not None
    assert making.result() is True
    assert (len(words), len(ai.requests)) == (3, 3)


@pytest.mark.django_db
def test_letters_know_where_people_come_from_and_which_house_is_meant() -> None:
    rules, wording = catalogue.rules(), catalogue.wording()
    kinds = [kind.key for kind in rules.message_kinds.kinds]
    state, messages = State(), Messages()
    state.games.append(1, id=1, seed=5)
    state.participants.append(1, game=0, number=1, person_seed=77)
    state.leases.append(1, game=0, number=1, city=0, seed=9)
    state.incidents.append(1, game=0, number=1, type=0)
    arrived = kinds.index("welcome.arrived")
    messages.append(80, game=0, kind=arrived, participant=1, lease=[0] * 40 + [1] * 40, variant=range(80))
    messages.append(1, game=0, lease=1, incident=1)
    who = Named("Ana Lopez", city="Ouagadougou", country="Burkina Faso")
    subjects = wording.letters(messages, state, {(0, 1): who}, rules)["subject"]
    at_home, at_the_house = (" ".join(some).lower() for some in (subjects[:40], subjects[40:80]))
    assert "ouagadougou" in at_home
    assert "ouagadougou" not in at_the_house
    *_, house = wording._known(messages, state, rules)
    assert house["city"] == rules.market.cities[0].name
    assert house["lease"] == wording._house(9)
    assert house["incident"] == rules.incident_types.types[0].title


@pytest.mark.django_db
def test_a_third_complaint_reads_like_one_and_work_has_a_name() -> None:
    rules, wording = catalogue.rules(), catalogue.wording()
    kinds = [kind.key for kind in rules.message_kinds.kinds]
    state, messages = State(), Messages()
    state.games.append(1, id=1, seed=5)
    state.participants.append(1, game=0, number=1, person_seed=77)
    state.requests.append(2, game=0, number=[1, 2], participant=1, amount_cents=12_000, letters=[3, 1])
    late, ready = kinds.index("complaint.flight_late"), kinds.index("plea.ready_to_ship")
    rows = [(late, 1, variant) for variant in range(40)] + [(late, 2, variant) for variant in range(40)]
    rows += [(ready, 0, variant) for variant in range(40)]
    kind, request, variant = (list(column) for column in zip(*rows, strict=True))
    messages.append(len(rows), game=0, kind=kind, participant=1, request=request, count=4, variant=variant)
    letters = wording.letters(messages, state, {(0, 1): Named("Ana Lopez", "Solar Kettle")}, rules)
    third, first, work = (" ".join(letters["body"][start : start + 40]).lower() for start in (0, 40, 80))
    assert "twice before" in third
    assert "2 letters" in third
    assert not any(word in first for word in ("once", "twice", "letter"))
    assert "solar kettle" in work


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_requests_count_the_letters_about_their_being_late() -> None:
    play_season(games=1, days=6, shards=1, players="idle")
    late = InboxMessage.objects.filter(kind__endswith="_late").values_list("request").annotate(Count("id"))
    written = dict(late)
    assert written
    assert max(written.values()) > 1
    assert dict(Request.objects.filter(letters__gt=0).values_list("number", "letters")) == written
