"""A join that is written out brings what the ORM brings."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import models

from accounts.models import Login, User
from accounts.services import login_start
from accounts.tests.factories import UserFactory
from tommy.core.joins import Join, Source

pytestmark = pytest.mark.django_db(transaction=True)
LOGINS = Join(
    Source("account", User),
    Source("login", Login),
    tail="FROM accounts_user account LEFT JOIN accounts_login login ON login.user_id = account.id "
    "WHERE account.id = %s",
)


def values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_every_column_is_as_the_orm_has_it(now: datetime) -> None:
    UserFactory()
    login, _ = login_start(user=UserFactory(), now=now)
    [(user, found)] = LOGINS.fetch(login.user_id)
    assert values(user) == values(User.objects.get(pk=login.user_id))
    assert values(found) == values(Login.objects.get(pk=login.pk))
    user.save(update_fields=["full_name"])  # what was found can be saved, and is no new row


def test_what_an_outer_join_does_not_find_is_none() -> None:
    user = UserFactory()
    assert LOGINS.fetch(user.pk) == [(user, None)]
    assert LOGINS.fetch(uuid4()) == []


def test_it_is_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        LOGINS.fetch(uuid4())
