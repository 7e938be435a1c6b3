"""Users in the admin, through its own pages; and ``createsuperuser``."""

from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Login, User
from accounts.tests.factories import PASSWORD, UserFactory
from tommy.core import clock
from tommy.core.realtime import session_group

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"


@pytest.fixture
def admin(db: None) -> Client:
    """The browser of a superuser who logged in by the form."""
    User.objects.create_superuser("root@example.org", "root", PASSWORD)
    client = Client()
    response = client.post("/admin/login/?next=/admin/", {"username": "Root@example.org", "password": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
    return client


def page(user: User, name: str = "change") -> str:
    return reverse(f"admin:accounts_user_{name}", args=[user.pk])


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    fields = {"email": user.email, "username": user.username, "timezone": user.timezone, "is_active": "on"}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def run_action(admin: Client, name: str, *users: User, **extra: str) -> Any:
    return admin.post(LIST, {"action": name, "_selected_action": [str(user.pk) for user in users], **extra})


def test_the_list_searches_and_filters(admin: Client) -> None:
    ann, bob = UserFactory(username="Ann"), UserFactory(username="Bob", is_active=False)
    for query, found in (("q=ann", ann), (f"q={bob.pk}", bob), (f"q={bob.email}", bob), ("is_active__exact=0", bob)):
        response = admin.get(f"{LIST}?{query}")
        assert response.status_code == 200
        assert [row.pk for row in response.context["cl"].result_list] == [found.pk]


def test_the_list_costs_the_same_however_long(admin: Client, django_assert_max_num_queries: Any) -> None:
    UserFactory.create_batch(30)
    with django_assert_max_num_queries(10):
        admin.get(LIST)


def test_the_form_shows_ids_and_does_not_change_them(admin: Client, user: User) -> None:
    response = admin.get(page(user))
    assert str(user.pk).encode() in response.content
    assert user.password.encode() not in response.content
    form = response.context["adminform"].form
    assert not {"id", "created_at", "updated_at", "last_login"} & set(form.fields)


def test_adding_an_account_hashes_its_password(admin: Client, api: Any) -> None:
    body = {
        "email": "New@Example.org",
        "username": "Newcomer",
        "usable_password": "true",
        "password1": "a long password",
        "password2": "a long password",
    }
    assert admin.post(reverse("admin:accounts_user_add"), body).status_code == 302
    assert User.objects.get(username="Newcomer").email == "new@example.org"
    assert api.post("/api/login", {"email": "newcomer", "password": "a long password"}).status_code == 200


@pytest.mark.parametrize("clash", [{"username": "TAKEN"}, {"email": "TAKEN@example.org"}, {"username": "a@b"}])
def test_a_name_that_cannot_be_is_an_error_in_the_form(admin: Client, user: User, clash: dict[str, str]) -> None:
    UserFactory(username="taken", email="taken@example.org")
    response = admin.post(page(user), form_of(user, **clash))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == list(clash)


def test_saving_an_account_notes_when(admin: Client, user: User) -> None:
    assert admin.post(page(user), form_of(user, full_name="Ann")).status_code == 302
    user.refresh_from_db()
    assert user.full_name == "Ann"
    assert user.updated_at is not None


def test_unticking_active_ends_the_logins(admin: Client, user: User, capture_events: Any) -> None:
    login, _ = services.login_start(user=user, now=clock.now())
    with capture_events(expected=1) as sent:
        admin.post(page(user), form_of(user, is_active=None))
    assert sent == [(session_group(login.pk), {"type": "session.ended", "session_id": str(login.pk)})]
    assert Login.objects.get().ended_at is not None


def test_a_password_set_here_ends_the_logins(admin: Client, user: User, api: Any, capture_events: Any) -> None:
    services.login_start(user=user, now=clock.now())
    passwords = {"password1": "battery staple", "password2": "battery staple", "usable_password": "true"}
    with capture_events(expected=1):
        response = admin.post(reverse("admin:auth_user_password_change", args=[user.pk]), passwords)
    assert response.status_code == 302
    assert api.post("/api/login", {"email": user.email, "password": PASSWORD}).status_code == 401
    assert api.post("/api/login", {"email": user.email, "password": "battery staple"}).status_code == 200


def test_a_password_can_be_taken_away(admin: Client, user: User, api: Any) -> None:
    body = {"usable_password": "false", "unset-password": "1", "password1": "", "password2": ""}
    assert admin.post(reverse("admin:auth_user_password_change", args=[user.pk]), body).status_code == 302
    assert api.post("/api/login", {"email": user.email, "password": PASSWORD}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_actions(admin: Client, capture_events: Any) -> None:
    ann, bob = UserFactory(), UserFactory()
    for user in (ann, bob):
        services.login_start(user=user, now=clock.now())
    run_action(admin, "end_all_logins", ann)
    assert [login.user for login in Login.objects.filter(ended_at=None)] == [bob]
    run_action(admin, "deactivate", ann, bob)
    assert not User.objects.filter(pk__in=[ann.pk, bob.pk], is_active=True).exists()
    assert not Login.objects.filter(ended_at=None).exists()
    run_action(admin, "reactivate", ann)
    assert User.objects.get(pk=ann.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_deleting_one_or_several(admin: Client) -> None:
    ann, bob, eve = UserFactory(), UserFactory(), UserFactory()
    services.login_start(user=ann, now=clock.now())
    assert admin.post(page(ann, "delete"), {"post": "yes"}).status_code == 302
    assert run_action(admin, "delete_selected", bob, eve, post="yes").status_code == 302
    assert [user.username for user in User.objects.all()] == ["root"]
    assert LogEntry.objects.count() == 3


def test_staff_who_may_only_look_get_no_actions(user: User) -> None:
    from django.contrib.auth.models import Permission

    staff = UserFactory(is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_user"))
    client = Client()
    client.force_login(staff)
    assert client.get(LIST).status_code == 200
    run_action(client, "deactivate", user)
    user.refresh_from_db()
    assert user.is_active
    assert client.post(page(user), form_of(user)).status_code == 403


@time_machine.travel("2026-03-02 09:00:10+00:00", tick=False)
def test_the_admin_counts_guesses_as_well(limit: Any) -> None:
    staff = User.objects.create_superuser("root@example.org", "root", PASSWORD)
    limit(failed_passwords_per_account_and_address={"attempts": 2, "seconds": 3600})
    client = Client()

    def log_in(password: str) -> Any:
        return client.post("/admin/login/", {"username": staff.email, "password": password})

    errors = [log_in("wrong").context["form"].non_field_errors()[0] for _ in range(3)]
    assert "Please enter the correct" in errors[0]
    assert "throttled" in errors[2]
    assert "throttled" in log_in(PASSWORD).context["form"].non_field_errors()[0]


def test_createsuperuser_without_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"EMAIL": "Root@Example.org", "USERNAME": "root", "PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(f"DJANGO_SUPERUSER_{name}", value)
    call_command("createsuperuser", "--noinput", stdout=StringIO())
    root = User.objects.get()
    assert (root.email, root.is_staff, root.is_superuser, root.is_verified) == ("root@example.org", True, True, True)
    assert root.check_password(PASSWORD)
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", stdout=StringIO())
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "other@example.org")
    with pytest.raises(CommandError, match="taken"):
        call_command("createsuperuser", "--noinput", stdout=StringIO())
