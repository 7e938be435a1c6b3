"""What a benchmark ran on, printed above its figures."""

import os
import platform

import django
from django.db import connection


def print_conditions(title: str, **extra: object) -> None:
    """One block that says machine, versions, database and load before anything was measured."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    lines = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": database(),
        "load average before": load,
        **extra,
    }
    print(f"\n## {title}\n")
    for name, value in lines.items():
        print(f"- {name}: {value}")


def database() -> str:
    """The server's own name and version, and what is set about durability."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}, WAL, synchronous NORMAL"
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
        return f"PostgreSQL {version.split()[0]} on this machine, fsync {fsync}"
