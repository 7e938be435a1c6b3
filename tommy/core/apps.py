from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "tommy.core"
    label = "core"
    verbose_name = "Server"

    def ready(self) -> None:
        from tommy.core import audit, checks, logs, overload, retention  # noqa: F401  # importing the checks registers them
        from tommy.core.models import AuditEntry, IdempotencyRecord, Notification

        logs.configure()
        overload.register()
        retention.register()
        retention.register_history("notifications", Notification)
        retention.register_history("idempotency", IdempotencyRecord, at="created_at")
        retention.register_history("audit", AuditEntry)
        audit.listen_to_admin()
