"""Every page of Django admin opens for staff, with rows to show, at a bounded price."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from hackathon.models import Hackathon, Participant, Receipt, Shipment
from hackathon.services import announcements
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import play
from nesra.models import Session
from nesra.services.catalogue import catalogue_seed
from npcs.models import Improvement
from tommy.core.overload import stages

pytestmark = pytest.mark.django_db(transaction=True)
# The login, the user's permissions, the page's own rows, its filters and what belongs to a row.
MOST_STATEMENTS = 20
# Pages over what is no table, tested in tommy/core/tests/test_admin.py and npcs/tests/test_admin.py.
UNMANAGED = {"contentfile", "character"}


def post(client: APIClient, path: str, body: dict[str, Any], status: int, **options: Any) -> Any:
    answer = client.post(path, body, **options)
    assert answer.status_code == status, (path, answer.content)
    return answer.json()


def picture() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, "JPEG")
    return file.getvalue()


def play_tommy(client: APIClient, staff: User, player: User, now: datetime) -> None:
    game = begin_game(now, player)
    Hackathon.objects.update(autopilot="sensible")
    play(20, now)
    person = Participant.objects.filter(hackathon=game, status=0).order_by("id")[0].pk
    post(client, "/api/stipends/request", {"participant_id": person, "amount": 20, "justification": "A cable"}, 201)
    flight = {"departure_city": "Oslo", "arrival_city": "Rome", "departure_date": "2026-05-01"}
    post(client, "/api/flights/request", {"participant_id": person, **flight, "return_date": "2026-05-09"}, 201)
    file = SimpleUploadedFile("receipt.jpg", picture(), "image/jpeg")
    receipt = {"participant_id": person, "amount": "12.50", "vendor": "Shop", "file": file}
    post(client, "/api/receipts", receipt, 201, format="multipart")
    project = {"participant_id": person, "title": "Kettle", "description": "Boils", "repository_url": ""}
    made = post(client, "/api/projects", project, 201)
    file = SimpleUploadedFile("plan.jpg", picture(), "image/jpeg")
    post(client, f"/api/projects/{made['project_id']}/files", {"file": file}, 201, format="multipart")
    house = client.get("/api/housing/listings").json()[0]["id"]
    post(client, "/api/housing/apply", {"participant_id": person, "housing_id": house}, 201)
    body = {"participant_id": person, "coding_time": 3600, "languages": ["Python"], "projects": ["Kettle"]}
    post(client, "/api/webhooks/wakatime", body, 200)
    parcel = {"number": 9_999, "participant": 1, "phase": 1, "packed_tick": 3, "due_tick": 30}
    Shipment.objects.create(hackathon=game, **parcel)  # the first project takes longer than these few ticks
    post(client, "/api/game/save", {"name": "before it all went wrong"}, 200)
    event = {"event_type": "visa_panic", "title": "", "description": "", "severity": "", "targets": ["all"]}
    announcements.event_schedule(**event, scheduled_time=None, created_by=staff.pk, now=now)
    announcements.events_fire(now=now)
    character = client.get("/api/npcs").json()[0]["id"]
    post(client, f"/api/npc/{character}/chat", {"message": "My name is Ada, and I promise to pay on Friday."}, 201)
    Improvement.objects.create(kind="letter", target=1, claimed_at=now)  # made where there is an AI


def play_the_others(client: APIClient, other: APIClient) -> None:
    catalogue_seed()
    client.get("/api/profile")
    started = post(client, "/api/session/start", {"duration_minutes": 25, "room": "study"}, 201)
    ago = timedelta(minutes=30)
    Session.objects.update(started_at=F("started_at") - ago, expected_end_at=F("expected_end_at") - ago)
    post(client, "/api/session/complete", {"session_id": started["session_id"]}, 200)
    room = post(client, "/api/rooms", {}, 201)["code"]
    post(other, "/api/rooms/join", {"code": room}, 200)
    post(client, f"/api/game/{room}/start", {}, 200)


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("root@example.org", "root", "secret")


@pytest.fixture
def world(staff: User, now: datetime, login_as: Any) -> None:
    player, friend = (User.objects.create_user(f"{name}@example.org", name, "secret") for name in ("ada", "eve"))
    play_tommy(login_as(player), staff, player, now)
    play_the_others(login_as(player), login_as(friend))
    stages.load_read()


@pytest.fixture
def browser(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def opened(browser: Client, url: str) -> str:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = browser.get(url)
    assert answer.status_code == 200, url
    assert len(captured) <= MOST_STATEMENTS, (url, [query["sql"][:120] for query in captured])
    return answer.content.decode()


def test_every_page_opens_with_rows_and_at_a_bounded_price(browser: Client, world: None) -> None:
    empty = []
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if model._meta.model_name in UNMANAGED:
            continue
        opened(browser, reverse(f"{name}_changelist"))
        opened(browser, reverse(f"{name}_changelist") + "?q=a")
        row = model._default_manager.order_by("pk").last()
        if row is None:
            empty.append(model._meta.label)
            continue
        opened(browser, reverse(f"{name}_change", args=[row.pk]))
        request: Any = type("Asking", (), {"user": User.objects.get(username="root")})()
        if model_admin.has_add_permission(request):
            opened(browser, reverse(f"{name}_add"))
    assert set(empty) <= MAY_BE_EMPTY, empty


def test_every_filter_opens(browser: Client, world: None) -> None:
    for model in admin.site._registry:
        if model._meta.model_name in UNMANAGED:
            continue
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = browser.get(url)
        for spec in page.context["cl"].filter_specs:
            for choice in list(spec.choices(page.context["cl"]))[:3]:
                assert browser.get(url + choice["query_string"]).status_code == 200, (url, choice)


def test_the_index_opens_and_names_every_noun_of_tommy(browser: Client) -> None:
    index = opened(browser, reverse("admin:index"))
    for model in apps.get_app_config("hackathon").get_models():
        if model in admin.site._registry:
            assert reverse(f"admin:hackathon_{model._meta.model_name}_changelist") in index


def test_a_receipts_file_is_shown_to_staff_by_their_session_and_to_nobody_else(browser: Client, world: None) -> None:
    receipt = Receipt.objects.exclude(upload=None).get()
    url = reverse("admin:hackathon_receipt_file", args=[receipt.pk])
    assert url in opened(browser, reverse("admin:hackathon_receipt_change", args=[receipt.pk]))
    answer = browser.get(url)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )
    stranger = Client()
    assert stranger.get(url).status_code == 302
    stranger.force_login(User.objects.get(username="ada"))
    assert stranger.get(url).status_code == 302
    clerk = User.objects.create_user("clerk@example.org", "clerk", "secret")
    User.objects.filter(pk=clerk.pk).update(is_staff=True)
    stranger.force_login(User.objects.get(pk=clerk.pk))
    assert stranger.get(url).status_code == 403


MAY_BE_EMPTY = {"auth.Group", "nesra.SeasonalEvent"}
