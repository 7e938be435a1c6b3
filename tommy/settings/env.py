"""The one typed place where the environment is read.

Every setting an operator may change is a field here, with its default and its meaning; ``.env.example`` lists them all
(a test compares the two). A missing or malformed value stops the start with one sentence per field.
"""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent.parent

CommaSeparated = Annotated[list[str], NoDecode]


class Environment(BaseSettings):
    """Process environment, with ``.env`` in the project root as fallback."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["development", "test", "production"] = "development"
    debug: bool = False
    secret_key: str = Field("", description="Signs tokens and cookies; made on first start and kept in DATA_DIR.")
    data_dir: Path = ROOT / "data"
    content_dir: Path | None = None
    port: int = Field(8000, ge=1, le=65535)
    allowed_hosts: CommaSeparated = ["localhost", "127.0.0.1", "[::1]", "testserver"]
    allowed_origins: CommaSeparated = ["http://localhost:3000", "http://localhost:5173", "http://localhost:8000"]
    trusted_proxies: int = Field(0, ge=0, le=5, description="How many proxies in front append to X-Forwarded-For.")

    database_url: str = ""
    redis_url: str = ""
    database_pool_size: int = Field(12, ge=2, le=200)

    cookie_samesite: Literal["Lax", "Strict", "None"] = "Lax"
    cookie_secure: bool = False

    http_pooled: bool = True
    http_threads: int = Field(4, ge=1, le=64)
    slow_threads: int = Field(2, ge=1, le=16)
    socket_threads: int = Field(4, ge=1, le=64)
    worker_threads: int = Field(2, ge=1, le=64)

    ai_base_url: str = "https://ai.hackclub.com"
    ai_api_key: str = ""
    ai_model: str = ""
    ai_enabled: bool = False

    wakatime_secret: str = ""
    demo_players: int = Field(3, ge=0, le=1000)
    log_format: Literal["auto", "console", "json"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("allowed_hosts", "allowed_origins", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _origins_are_origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
                raise ValueError(f"{origin!r} is not an origin such as https://play.example.org")
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres_only(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"postgres", "postgresql"}:
            raise ValueError("expected postgresql://user:password@host:port/name, or nothing for SQLite")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_only(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError("expected redis://host:port/number, or nothing for the in-process broker")
        return value

    @model_validator(mode="after")
    def _services_come_together(self) -> Self:
        if bool(self.database_url) != bool(self.redis_url):
            raise ValueError("DATABASE_URL and REDIS_URL go together: set both (services) or neither (embedded)")
        if self.cookie_samesite == "None" and not self.cookie_secure:
            raise ValueError("COOKIE_SAMESITE=None needs COOKIE_SECURE=true, or browsers drop the cookie")
        return self

    @model_validator(mode="after")
    def _production_is_safe(self) -> Self:
        if self.environment != "production":
            return self
        if self.debug:
            raise ValueError("DEBUG must be off in production")
        if len(self.secret_key) < 50 or len(set(self.secret_key)) < 5 or "change" in self.secret_key.lower():
            raise ValueError("production needs its own SECRET_KEY of at least 50 random characters")
        if not self.cookie_secure:
            raise ValueError("production needs COOKIE_SECURE=true")
        return self

    @property
    def override_dir(self) -> Path:
        """Where content files of this installation replace the defaults: CONTENT_DIR, or ``content`` in DATA_DIR."""
        return (self.content_dir or self.data_dir / "content").resolve()

    @property
    def services(self) -> bool:
        """True with Postgres and Redis, False when everything runs in one process on SQLite."""
        return bool(self.database_url)


def read_environment() -> Environment:
    """The settings of this process; raises ImproperlyConfigured with one line per bad value."""
    try:
        return Environment()
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])).upper() or 'settings'}: {e['msg']}" for e in error.errors()]
        raise ImproperlyConfigured("The environment is not usable:\n  " + "\n  ".join(lines)) from None
