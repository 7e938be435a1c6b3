"""Shapes of requests and answers."""

from typing import Any

from rest_framework import serializers

from accounts.fields import (
    AddressField,
    NewPasswordField,
    PasswordField,
    PictureField,
    TextField,
    TimezoneField,
    UsernameField,
)
from accounts.rules import IDENTIFIER_MAX

FULL_NAME_MAX = 200


class RegistrationSerializer(serializers.Serializer[Any]):
    """A new account; without a username one is made from the email address."""

    email = AddressField(max_length=IDENTIFIER_MAX)
    username = UsernameField(required=False, allow_null=True)
    password = NewPasswordField()
    full_name = TextField(required=False, allow_null=True, allow_blank=True, max_length=FULL_NAME_MAX)
    timezone = TimezoneField(required=False)


class CredentialsSerializer(serializers.Serializer[Any]):
    """An email address or a username, and the password; either field takes either."""

    email = TextField(required=False, max_length=IDENTIFIER_MAX)
    username = TextField(required=False, max_length=IDENTIFIER_MAX)
    password = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        identifier = attrs.get("email") or attrs.get("username")
        if identifier is None:
            raise serializers.ValidationError({"email": "Name your email address or your username."})
        return {"identifier": identifier, "password": attrs["password"]}


class RefreshSerializer(serializers.Serializer[Any]):
    """The refresh token, unless the cookie brings it."""

    refresh_token = TextField(required=False)


class PasswordSerializer(serializers.Serializer[Any]):
    """The password once more, to prove who asks."""

    password = PasswordField()


class PasswordChangeSerializer(PasswordSerializer):
    """The password as it is, and as it shall be."""

    new_password = NewPasswordField()


class ProfileChangesSerializer(serializers.Serializer[Any]):
    """What players may change of their account; what is left out stays."""

    username = UsernameField(required=False)
    full_name = TextField(required=False, allow_null=True, allow_blank=True, max_length=FULL_NAME_MAX)
    profile_picture = PictureField(required=False, allow_null=True)
    timezone = TimezoneField(required=False)


class AccountSerializer(serializers.Serializer[Any]):
    """An account in short."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()
    created_at = serializers.DateTimeField()


class RegisteredSerializer(serializers.Serializer[Any]):
    """The account that was made."""

    user_id = serializers.UUIDField(source="pk")
    username = serializers.CharField()
    email = serializers.EmailField()
    created_at = serializers.DateTimeField()


class ProfileSerializer(serializers.Serializer[Any]):
    """One's own account, with the state of the game."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="The same as id.")
    email = serializers.EmailField()
    username = serializers.CharField()
    full_name = serializers.CharField(allow_null=True)
    profile_picture = serializers.CharField(allow_null=True)
    timezone = serializers.CharField()
    is_active = serializers.BooleanField()
    is_superuser = serializers.BooleanField()
    is_staff = serializers.BooleanField()
    is_verified = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(allow_null=True)
    game = serializers.DictField(allow_null=True, help_text="What /api/game/state answers.")


class LoginSerializer(serializers.Serializer[Any]):
    """A login that was opened."""

    token = serializers.CharField(help_text="The access token, for Authorization: Bearer.")
    refresh_token = serializers.CharField()
    user_id = serializers.UUIDField()
    username = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="When the access token ends.")


class CookieLoginSerializer(serializers.Serializer[Any]):
    """A login that was opened, with its cookies set."""

    user = AccountSerializer()
    message = serializers.CharField()
    access_token = serializers.CharField()


class TokensSerializer(serializers.Serializer[Any]):
    """A fresh pair; the refresh token is good once."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="When the access token ends.")


class MessageSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()


class SavedSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    version = serializers.IntegerField(min_value=1)


class ExportSerializer(serializers.Serializer[Any]):
    """Everything the account owns; the games add sections of their own."""

    exported_at = serializers.DateTimeField()
    account = serializers.DictField()
    logins = serializers.ListField(child=serializers.DictField())
    save_data = serializers.DictField(allow_null=True)
    notifications = serializers.ListField(child=serializers.DictField())
