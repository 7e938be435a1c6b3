"""The two databases this project runs on: SQLite in one process, Postgres behind many."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tommy.settings.env import Environment

# Readers never wait for the writer (WAL), writers queue up to 20 s instead of failing, and a transaction that will
# write takes its lock at BEGIN: an upgrade in the middle could not wait and would say "database is locked".
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
        "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
    ),
}


def database_settings(env: Environment, data_dir: Path) -> dict[str, Any]:
    return _postgres(env) if env.services else _sqlite(data_dir)


def _sqlite(data_dir: Path) -> dict[str, Any]:
    data_dir.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data_dir / "db.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
        "CONN_MAX_AGE": None,
        # In-memory databases cannot be shared by the threads of a real server, so tests use a file too.
        "TEST": {"NAME": data_dir / "test.sqlite3"},
    }


def _postgres(env: Environment) -> dict[str, Any]:
    url = urlsplit(env.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "OPTIONS": {
            **dict(parse_qsl(url.query)),
            "pool": {"min_size": 1, "max_size": env.database_pool_size, "timeout": 10},
        },
    }
