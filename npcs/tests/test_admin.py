"""Staff in Django admin: the cast to look at, memories to look at and to delete."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from npcs import catalogue, services
from npcs.models import Acquaintance, Turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.org", "root", "secret"))
    return browser


@pytest.fixture
def known(player: User, now: datetime) -> Acquaintance:
    talk = services.talk_prepare(
        user_id=player.pk, player="ada", npc_key="landlord", message="I promise to sweep the stairs.", now=now
    )
    services.talk_record(talk=talk, words=None, now=now)
    return Acquaintance.objects.get()


def test_the_cast_is_shown_and_leads_to_its_file(staff: Client) -> None:
    page = staff.get(reverse("admin:npcs_character_changelist")).content.decode()
    for npc in catalogue.cast().npcs:
        assert f"/assets/npcs/{npc.key}.svg" in page
        assert npc.role in page
    editor = reverse("admin:core_contentfile_change", args=["npcs/npcs.json"])
    assert editor in page
    assert staff.get(editor).status_code == 200


def test_a_memory_is_looked_at_but_not_changed(staff: Client, known: Acquaintance) -> None:
    page = staff.get(reverse("admin:npcs_acquaintance_change", args=[known.pk])).content.decode()
    assert "sweep the stairs" in page
    assert "Osric Pell" in page
    assert staff.get(reverse("admin:npcs_acquaintance_changelist")).status_code == 200
    assert staff.get(reverse("admin:npcs_improvement_changelist")).status_code == 200
    assert staff.post(reverse("admin:npcs_acquaintance_change", args=[known.pk]), {"mood": 99}).status_code == 403


def test_a_memory_is_deleted_whole(staff: Client, known: Acquaintance) -> None:
    gone = staff.post(reverse("admin:npcs_acquaintance_delete", args=[known.pk]), {"post": "yes"})
    assert gone.status_code == 302
    assert (Acquaintance.objects.count(), Turn.objects.count()) == (0, 0)


def test_whoever_is_not_staff_sees_nothing(client: Client) -> None:
    assert client.get(reverse("admin:npcs_character_changelist")).status_code == 302
