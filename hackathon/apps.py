from django.apps import AppConfig


class HackathonConfig(AppConfig):
    name = "hackathon"
    verbose_name = "Tommy Timecrunch"

    def ready(self) -> None:
        from accounts.extensions import register_export_section, register_profile_section
        from accounts.signals import account_deleted
        from hackathon import catalogue, health
        from hackathon.selectors.export import player_export
        from hackathon.services.games import player_state
        from hackathon.services.locking import lock_all_of
        from hackathon.services.npcs import HackathonGame
        from npcs.bridge import register_game
        from tommy.core.retention import register_history

        catalogue.register()
        health.register()
        for name, model in catalogue.histories().items():
            register_history(name, model)
        account_deleted.connect(lock_all_of)
        register_game(HackathonGame())
        register_profile_section("game", player_state)
        register_export_section("hackathon", player_export)
