"""Structured logs: JSON in production, readable lines in development, request id, user and tick in each."""

import logging
import sys

import structlog
from django.conf import settings

_SHARED: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

# They speak at every request or task; what matters of it is in our own lines and metrics.
QUIET = (
    "asyncio",
    "celery.app.trace",
    "celery.utils.functional",
    "celery.worker.strategy",
    "daphne",
    "django.channels.server",
    "faker",
    "httpx2",
    "kombu",
    "matplotlib",
)


def configure() -> None:
    """Send structlog and the standard library's loggers through one formatter to standard error."""
    env = settings.ENV
    as_json = env.log_format == "json" or (env.log_format == "auto" and not sys.stderr.isatty())
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    before: list[structlog.types.Processor] = [structlog.processors.format_exc_info] if as_json else []
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *before, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(h for h in root.handlers if not isinstance(h, logging.StreamHandler)), handler]
    root.setLevel(env.log_level)
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
