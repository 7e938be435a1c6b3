"""Commands, one at a time; ``test_concurrency`` runs them against each other."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher, make_password
from django.db import IntegrityError, transaction
from django.dispatch import receiver

from accounts import errors, services
from accounts.models import Login, SaveData, User
from accounts.signals import account_deleted
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tokens import RefreshToken, access_claims, issue_tokens, login_of_access_token
from tommy.core import clock
from tommy.core.db import command
from tommy.core.errors import PreconditionFailed, Unauthenticated
from tommy.core.realtime import Draft, notify_on_commit, session_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Tokens are checked against the real clock."""
    return clock.now()


def register(**profile: Any) -> User:
    return services.account_register(**{"email": "a@example.org", "password": PASSWORD, "now": clock.now(), **profile})


def test_an_address_is_kept_in_lower_case_and_belongs_to_one_account() -> None:
    assert register(email="Ann@Example.ORG").email == "ann@example.org"
    with pytest.raises(errors.EmailTaken):
        register(email="aNN@example.org")


@pytest.mark.parametrize("row", [{"email": "A@example.org"}, {"username": "ANN"}])
def test_the_database_itself_refuses_a_second_spelling(row: dict[str, str]) -> None:
    register(username="ann")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(**{"email": "b@example.org", "username": "bob", **row})])


def test_a_username_belongs_to_one_account_whatever_its_case() -> None:
    register(username="Ärger")
    with pytest.raises(errors.UsernameTaken):
        register(username="äRGER", email="b@example.org")
    assert User.objects.count() == 1


def test_players_without_a_name_get_one_and_never_the_same() -> None:
    names = {register(email=f"jane@{i}.example.org").username for i in range(3)}
    assert len(names) == 3
    assert "jane" in names


def test_rows_inserted_in_bulk_have_their_key_too() -> None:
    User.objects.bulk_create([User(email="x@example.org", username="Bulk")])
    assert User.objects.get(username_key="bulk").username == "Bulk"


def test_a_password_is_hashed_over_its_whole_length(now: datetime) -> None:
    user = register(password="x" * 10_000 + "1")
    assert user.password.startswith("bcrypt_sha256$")
    with pytest.raises(errors.InvalidCredentials):
        services.login_with_password(identifier=user.email, password="x" * 10_000 + "2", now=now)


@pytest.mark.parametrize("identifier", ["A@EXAMPLE.org", "ann", "ANN", " ann "])
def test_a_login_takes_address_or_name_in_any_case(identifier: str, now: datetime) -> None:
    user = register(username="Ann")
    login, tokens = services.login_with_password(identifier=identifier, password=PASSWORD, now=now)
    assert login.user == user
    assert login_of_access_token(tokens.access, now) == login
    user.refresh_from_db()
    assert user.last_login == now


def test_an_unknown_account_costs_as_many_hashes_as_a_wrong_password(
    user: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str] = []
    encode = BCryptSHA256PasswordHasher.encode
    monkeypatch.setattr(
        BCryptSHA256PasswordHasher, "encode", lambda self, raw, salt: hashes.append(raw) or encode(self, raw, salt)
    )
    for identifier in (user.email, "nobody@example.org", "nobody"):
        with pytest.raises(errors.InvalidCredentials):
            services.login_with_password(identifier=identifier, password=f"wrong for {identifier}", now=now)
    assert hashes == [f"wrong for {name}" for name in (user.email, "nobody@example.org", "nobody")]


def test_only_who_knows_the_password_learns_that_an_account_is_inactive(now: datetime) -> None:
    user = UserFactory(is_active=False)
    with pytest.raises(errors.InvalidCredentials):
        services.login_with_password(identifier=user.email, password="wrong", now=now)
    with pytest.raises(errors.AccountInactive):
        services.login_with_password(identifier=user.email, password=PASSWORD, now=now)


def test_a_login_strengthens_an_old_hash(user: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BCryptSHA256PasswordHasher, "rounds", 5)
    services.login_with_password(identifier=user.email, password=PASSWORD, now=now)
    user.refresh_from_db()
    assert "$05$" in user.password
    services.login_with_password(identifier=user.email, password=PASSWORD, now=now)


def test_no_login_opens_on_what_is_no_longer_true(user: User, now: datetime) -> None:
    stale = User.objects.get(pk=user.pk)
    services.password_set(user_id=user.pk, encoded=make_password("another one"), now=now)
    with pytest.raises(errors.AccountChanged):
        services.login_start(user=stale, now=now)
    assert not Login.objects.exists()


def test_a_refresh_gives_a_new_pair_and_a_longer_life(user: User, now: datetime) -> None:
    login, first = services.login_start(user=user, now=now - timedelta(days=20))
    renewed, second = services.login_refresh(refresh_token=first.refresh, now=now)
    assert renewed == login
    assert renewed.expires_at == now + timedelta(days=30)
    assert login_of_access_token(first.access, now) is None
    assert login_of_access_token(second.access, now) == login
    services.login_refresh(refresh_token=second.refresh, now=now)


def test_a_refresh_token_used_twice_ends_its_family(user: User, now: datetime, capture_events: Any) -> None:
    login, first = services.login_start(user=user, now=now)
    _, second = services.login_refresh(refresh_token=first.refresh, now=now)
    with capture_events(expected=1) as sent, pytest.raises(errors.RefreshReused):
        services.login_refresh(refresh_token=first.refresh, now=now)
    assert sent == [(session_group(login.pk), {"type": "session.ended", "session_id": str(login.pk)})]
    assert login_of_access_token(second.access, now) is None
    with pytest.raises(Unauthenticated):
        services.login_refresh(refresh_token=second.refresh, now=now)


def test_what_is_no_refresh_token_is_refused(user: User, now: datetime) -> None:
    _, tokens = services.login_start(user=user, now=now)
    old = issue_tokens(user_id=user.pk, login_id=uuid4(), now=now - timedelta(days=31))
    stranger = issue_tokens(user_id=user.pk, login_id=uuid4(), now=now)
    bare = str(RefreshToken())
    for raw in (None, "", "x.y.z", tokens.access, old.refresh, stranger.refresh, bare):
        with pytest.raises(Unauthenticated):
            services.login_refresh(refresh_token=raw, now=now)


def test_a_token_counts_while_its_login_is_alive(user: User, now: datetime) -> None:
    login, tokens = services.login_start(user=user, now=now)
    assert login_of_access_token(tokens.access, now) == login
    assert login_of_access_token(tokens.access, login.expires_at) is None
    assert login_of_access_token(tokens.refresh, now) is None
    assert login_of_access_token(issue_tokens(user_id=uuid4(), login_id=login.pk, now=now).access, now) is None
    User.objects.update(is_active=False)
    assert login_of_access_token(tokens.access, now) is None


@pytest.mark.parametrize("raw", [None, 7, [], {}, "\ud800", "a.b.c", b"x" * 9])
def test_claims_of_nonsense_are_none(raw: Any) -> None:
    assert access_claims(raw) is None


def test_logging_out_is_final_and_told_to_the_sockets(user: User, now: datetime, capture_events: Any) -> None:
    login, tokens = services.login_start(user=user, now=now)
    other, _ = services.login_start(user=user, now=now)
    with capture_events(expected=1) as sent:
        services.login_end(login_ids=[login.pk], now=now)
    assert sent == [(session_group(login.pk), {"type": "session.ended", "session_id": str(login.pk)})]
    assert login_of_access_token(tokens.access, now) is None
    other.refresh_from_db()
    assert other.ended_at is None


def test_logging_out_twice_keeps_the_first_time(user: User, now: datetime) -> None:
    login, _ = services.login_start(user=user, now=now)
    services.login_end(login_ids=[login.pk], now=now)
    services.login_end(login_ids=[login.pk, uuid4()], now=now + timedelta(hours=1))
    login.refresh_from_db()
    assert login.ended_at == now


@pytest.mark.parametrize("end", [services.logins_end, services.account_deactivate, services.account_remove])
def test_what_ends_every_login(end: Any, user: User, now: datetime, capture_events: Any) -> None:
    logins = [services.login_start(user=user, now=now) for _ in range(2)]
    stranger, _ = services.login_start(user=UserFactory(), now=now)
    with capture_events(expected=2) as sent:
        end(user_id=user.pk, now=now)
    assert {group for group, _ in sent} == {session_group(login.pk) for login, _ in logins}
    assert all(login_of_access_token(tokens.access, now) is None for _, tokens in logins)
    stranger.refresh_from_db()
    assert stranger.ended_at is None


def test_a_deactivated_account_can_come_back(user: User, now: datetime) -> None:
    services.account_deactivate(user_id=user.pk, now=now)
    services.account_activate(user_id=user.pk, now=now)
    services.login_with_password(identifier=user.email, password=PASSWORD, now=now)


def test_pruning_removes_what_nobody_can_use(user: User, now: datetime) -> None:
    alive, _ = services.login_start(user=user, now=now)
    expired, _ = services.login_start(user=user, now=now - timedelta(days=31))
    just_ended, _ = services.login_start(user=user, now=now)
    long_ended, _ = services.login_start(user=user, now=now)
    services.login_end(login_ids=[just_ended.pk], now=now - timedelta(hours=23))
    services.login_end(login_ids=[long_ended.pk], now=now - timedelta(hours=25))
    assert services.logins_prune(now=now) == 2
    assert set(Login.objects.all()) == {alive, just_ended}
    assert expired not in Login.objects.all()


def test_a_new_password_ends_every_login(user: User, now: datetime, capture_events: Any) -> None:
    services.login_start(user=user, now=now)
    with capture_events(expected=1):
        services.password_change(user=user, password=PASSWORD, new_password="battery staple", now=now)
    with pytest.raises(errors.InvalidCredentials):
        services.login_with_password(identifier=user.email, password=PASSWORD, now=now)
    services.login_with_password(identifier=user.email, password="battery staple", now=now)


def test_of_two_password_changes_the_second_is_told(user: User, now: datetime) -> None:
    stale = User.objects.get(pk=user.pk)
    services.password_change(user=user, password=PASSWORD, new_password="battery staple", now=now)
    with pytest.raises(errors.AccountChanged):
        services.password_change(user=stale, password=PASSWORD, new_password="something else", now=now)


def test_deleting_takes_everything_along(user: User, now: datetime) -> None:
    services.login_start(user=user, now=now)
    services.save_data_store(user_id=user.pk, value="1", if_match=None, now=now)
    notify(user, now)
    kept = UserFactory()
    services.save_data_store(user_id=kept.pk, value="2", if_match=None, now=now)
    services.account_delete(user=user, password=PASSWORD, now=now)
    assert list(User.objects.all()) == [kept]
    assert not Login.objects.exists()
    assert [row.user_id for row in SaveData.objects.all()] == [kept.pk]


def notify(user: User, now: datetime) -> None:
    with command():
        notify_on_commit([Draft(user.pk, "server", None, {})], now=now)


def test_deleting_needs_the_password(user: User, now: datetime) -> None:
    with pytest.raises(errors.WrongPassword):
        services.account_delete(user=user, password="wrong", now=now)
    assert User.objects.filter(pk=user.pk).exists()


def test_other_apps_hear_of_a_deletion_while_the_rows_still_stand(user: User, now: datetime) -> None:
    heard: list[Any] = []

    @receiver(account_deleted)
    def listen(user_id: Any, **kwargs: Any) -> None:
        heard.append(User.objects.get(pk=user_id).email)

    services.account_remove(user_id=user.pk, now=now)
    services.account_remove(user_id=user.pk, now=now)
    assert heard == [user.email]


def test_a_deletion_that_meets_other_writing_changes_nothing(user: User, now: datetime, capture_events: Any) -> None:
    login, _ = services.login_start(user=user, now=now)

    @receiver(account_deleted)
    def break_a_constraint(user_id: Any, **kwargs: Any) -> None:
        Login.objects.create(pk=login.pk, user_id=user_id, created_at=now, expires_at=now)

    with capture_events(expected=0), pytest.raises(errors.AccountBusy) as refused:
        services.account_remove(user_id=user.pk, now=now)
    assert refused.value.data == {"retry_after": 1}
    login.refresh_from_db()
    assert login.is_alive(now)


def test_a_profile_changes_only_where_it_may(user: User, now: datetime) -> None:
    changes = {"full_name": "Ann", "is_staff": True, "email": "x@example.org"}
    services.profile_update(user_id=user.pk, changes=changes, now=now)
    user.refresh_from_db()
    assert (user.full_name, user.is_staff, user.updated_at) == ("Ann", False, now)
    assert user.email != "x@example.org"


def test_a_new_username_must_be_free(user: User, now: datetime) -> None:
    UserFactory(username="Taken")
    with pytest.raises(errors.UsernameTaken):
        services.profile_update(user_id=user.pk, changes={"username": "tAKEN"}, now=now)
    own = user.username.upper()
    assert services.profile_update(user_id=user.pk, changes={"username": own}, now=now).username == own


def test_nothing_is_written_for_an_account_that_is_gone(now: datetime) -> None:
    with pytest.raises(Unauthenticated):
        services.profile_update(user_id=uuid4(), changes={}, now=now)
    with pytest.raises(Unauthenticated):
        services.save_data_store(user_id=uuid4(), value="1", if_match=None, now=now)


def test_saved_versions_rise_and_guard(user: User, now: datetime) -> None:
    def save(value: str, if_match: str | None = None) -> int:
        return services.save_data_store(user_id=user.pk, value=value, if_match=if_match, now=now)

    with pytest.raises(PreconditionFailed) as refused:
        save("0", '"1"')
    assert refused.value.data == {"version": 0}
    assert not SaveData.objects.exists()
    assert save("1", '"0"') == 1
    assert save("2") == 2
    with pytest.raises(PreconditionFailed) as refused:
        save("3", '"1"')
    assert refused.value.data == {"version": 2}
    assert save("4", '"2"') == 3
    assert SaveData.objects.get(user=user).value == "4"
