from django.apps import AppConfig


class TommyConfig(AppConfig):
    name = "tommy"
    verbose_name = "Server"

    def ready(self) -> None:
        from tommy import schedules, wiring

        schedules.register()
        wiring.connect()
