from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = "Voting game"

    def ready(self) -> None:
        from accounts.extensions import register_export_section
        from voting import catalogue, selectors, signals

        catalogue.register()
        signals.connect()
        register_export_section("voting", selectors.player_export)
