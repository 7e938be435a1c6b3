"""One account for three games, the logins it has open, and what its clients saved."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from accounts.rules import normalise_email, normalise_username, username_key
from accounts.validators import validate_picture, validate_timezone, validate_username
from tommy.core import clock


class UsernameKeyField(models.CharField):  # type: ignore[type-arg]
    """``username`` as it must be unique, kept in step by every insert and save.

    The databases disagree about case outside ASCII (SQLite's LOWER leaves it alone), so Python decides.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = username_key(model_instance.username)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case, so that one address is one account."""

    def create_user(self, email: str, username: str, password: str | None = None, **extra: Any) -> "User":
        user = self._draft(email, username, password, **extra)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, username: str, password: str | None = None, **extra: Any) -> "User":
        """For ``manage.py createsuperuser``, which understands a ValidationError but no IntegrityError."""
        user = self._draft(email, username, password, is_staff=True, is_superuser=True, is_verified=True, **extra)
        user.full_clean(exclude={"username_key"})
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))

    def _draft(self, email: str, username: str, password: str | None, **extra: Any) -> "User":
        user = self.model(email=normalise_email(email), username=normalise_username(username), **extra)
        user.set_password(password)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account; columns as the Nesra specification names them, plus ``username``, ``timezone`` and ``is_staff``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    username = models.CharField(max_length=100, validators=[validate_username])
    username_key = UsernameKeyField(max_length=400, unique=True, editable=False)
    password = models.CharField(max_length=128, db_column="hashed_password")
    full_name = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  # null is what clients see
    profile_picture = models.TextField(null=True, blank=True, validators=[validate_picture])  # noqa: DJ001
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["username"]

    class Meta:
        # With this, the plain unique index on ``email`` holds one address to one account, whatever its case.
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case")]

    def __str__(self) -> str:
        return self.username

    def clean(self) -> None:
        """Bring what a form was given into the one spelling that is stored, and tell it of a name that is taken."""
        self.email = normalise_email(self.email)
        self.username = normalise_username(self.username)
        if User.objects.filter(username_key=username_key(self.username)).exclude(pk=self.pk).exists():
            raise ValidationError({"username": "This username is taken."})


class Login(models.Model):
    """One login: the family of tokens that share its id (claim ``sid``). Ended or expired, all of them are dead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="logins")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    # The only refresh token of this login that is good for another pair; any other one was stolen or used before.
    refresh_jti = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["ended_at"], condition=models.Q(ended_at__isnull=False), name="login_ended"),
        ]

    def is_alive(self, now: datetime) -> bool:
        """Neither ended nor expired, and its user may come in."""
        return self.ended_at is None and self.expires_at > now and self.user.is_active


class SaveData(models.Model):
    """What the clients of a user keep here: any JSON value, as the very text they sent.

    Text rather than a JSON column, because both databases would alter it: big numbers, the order and repetition of
    keys, the null characters that Postgres cannot hold.
    """

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    value = models.TextField()
    version = models.PositiveBigIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(version__gte=1), name="save_data_version_from_one")]
