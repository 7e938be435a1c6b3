from django.apps import AppConfig


class NpcsConfig(AppConfig):
    name = "npcs"
    verbose_name = "NPCs"

    def ready(self) -> None:
        from accounts.extensions import register_export_section
        from npcs import catalogue, selectors

        catalogue.register()
        register_export_section("npcs", selectors.memories_export)
