"""Users in the Django admin."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from accounts import services
from accounts.models import User
from accounts.rules import IDENTIFIER_MAX
from accounts.throttling import password_attempt
from tommy.core import clock


class ThrottledLoginForm(AdminAuthenticationForm):
    """Passwords can be guessed here as well, so they are counted here as well."""

    def clean(self) -> dict[str, Any]:
        identifier = self.cleaned_data.get("username", "")[:IDENTIFIER_MAX]
        try:
            with password_attempt(cast(HttpRequest, self.request), identifier, clock.now(), wrong=(ValidationError,)):
                return super().clean()
        except Throttled as error:
            raise ValidationError(str(error.detail)) from None


class AccountForm(UserChangeForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta(UserChangeForm.Meta):
        model = User


class NewAccountForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "username")
        field_classes = {}


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that an administrator sets ends every login made with the old one."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        services.password_set(user_id=user.pk, encoded=user.password, now=clock.now())
        return user


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts: look up, correct, lock out, remove. Whatever ends an access ends it in open sockets too."""

    form = AccountForm
    add_form = NewAccountForm
    change_password_form = NewPasswordForm
    list_display = ("username", "email", "full_name", "is_active", "is_staff", "is_verified", "created_at")
    list_filter = ("is_active", "is_staff", "is_superuser", "is_verified", "created_at", "groups")
    search_fields = ("username", "email", "full_name", "=id")
    ordering = ("-created_at",)
    date_hierarchy = "created_at"
    readonly_fields = ("id", "created_at", "updated_at", "last_login")
    actions = ("deactivate", "reactivate", "end_all_logins")
    fieldsets = (
        (None, {"fields": ("id", "email", "username", "password")}),
        ("Profile", {"fields": ("full_name", "profile_picture", "timezone")}),
        (
            "Access",
            {"fields": ("is_active", "is_verified", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Dates", {"fields": ("created_at", "updated_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "username", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: "forms.ModelForm[User]", change: bool) -> None:
        """Runs inside the admin's own transaction, which the update of the row has locked the account in."""
        now = clock.now()
        if change:
            obj.updated_at = now
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            services.logins_end_in_transaction(user_id=obj.pk, now=now)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        services.account_remove_in_transaction(user_id=obj.pk, now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        now = clock.now()
        for user_id in queryset.values_list("pk", flat=True):
            services.account_remove(user_id=user_id, now=now)

    @admin.action(description="Deactivate: keep the account, let nobody in", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        now = clock.now()
        for user_id in queryset.values_list("pk", flat=True):
            services.account_deactivate(user_id=user_id, now=now)
        messages.success(request, "Deactivated; their logins have ended.")

    @admin.action(description="Reactivate", permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        now = clock.now()
        for user_id in queryset.values_list("pk", flat=True):
            services.account_activate(user_id=user_id, now=now)
        messages.success(request, "Reactivated.")

    @admin.action(description="End all logins", permissions=["change"])
    def end_all_logins(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        now = clock.now()
        for user_id in queryset.values_list("pk", flat=True):
            services.logins_end(user_id=user_id, now=now)
        messages.success(request, "Logged out everywhere.")


admin.site.login_form = ThrottledLoginForm
