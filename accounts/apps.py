from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import limits, openapi, selectors  # noqa: F401  # openapi registers the scheme when imported
        from accounts.extensions import register_export_section
        from tommy.core.content import content

        content.register(limits.FILE, limits.Limits)
        register_export_section("account", selectors.account_export)
        register_export_section("logins", selectors.logins_export)
        register_export_section("save_data", selectors.save_data_export)
        register_export_section("notifications", selectors.notifications_export)
