"""Accounts for tests."""

from typing import Any

import factory

from accounts.models import User

PASSWORD = "correct horse"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """An active player whose password is ``PASSWORD``."""

    class Meta:
        model = User

    email = factory.Sequence("player{}@example.org".format)
    username = factory.Sequence("player{}".format)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        kwargs.setdefault("password", PASSWORD)
        return model_class.objects.create_user(*args, **kwargs)
