from django.apps import AppConfig


class NesraConfig(AppConfig):
    name = "nesra"
    verbose_name = "Nesra Town"

    def ready(self) -> None:
        from accounts.extensions import register_export_section
        from accounts.signals import account_deleted
        from nesra import catalogue, selectors, services

        catalogue.register()
        register_export_section("nesra", selectors.nesra_export)
        account_deleted.connect(services.player_lock_for_deletion, dispatch_uid="nesra")
