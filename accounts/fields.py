"""Fields of requests: strict about types, and normalising before they validate."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rules import PASSWORD_MIN, USERNAME_MAX, USERNAME_MIN, normalise_email, normalise_username
from accounts.validators import PICTURE_MAX, validate_picture, validate_timezone, validate_username


class TextField(serializers.CharField):
    """Text only: DRF's own field makes text of numbers, which the schema does not promise."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.EMAIL)
class AddressField(serializers.EmailField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return normalise_email(super().to_internal_value(data))


class UsernameField(TextField):
    """Lengths are those after normalising, which is when the validator looks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=USERNAME_MIN, max_length=USERNAME_MAX, validators=[validate_username], **options)

    def to_internal_value(self, data: Any) -> str:
        return normalise_username(super().to_internal_value(data))


class PasswordField(TextField):
    """Kept to the last space, and of any length."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, style={"input_type": "password"}, write_only=True, **options)


class NewPasswordField(PasswordField):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=PASSWORD_MIN, **options)


class TimezoneField(TextField):
    def __init__(self, **options: Any) -> None:
        super().__init__(validators=[validate_timezone], help_text="IANA name, such as Europe/Berlin.", **options)


class PictureField(TextField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=PICTURE_MAX, validators=[validate_picture], **options)
