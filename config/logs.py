"""One JSON line per event on stderr, with the request id. Bodies, queries, cookies and tokens are never logged."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog

LONGEST_TEXT, LONGEST_TRACEBACK = 500, 6_000


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def bounded(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Cut every text of a line: what strangers send must not fill the disk. Of a traceback the end is kept."""
    for name, value in event.items():
        if isinstance(value, bool | int | float | None):
            continue
        text = value if isinstance(value, str) else str(value)
        if name == "exception":
            lines = [_cut(line) for line in text.splitlines()]
            event[name] = "\n".join(lines)[-LONGEST_TRACEBACK:]
        else:
            event[name] = _cut(text)
    return event


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def logging_settings(level: str = "INFO") -> dict[str, Any]:
    """The ``dictConfig`` for the app, its commands and the app server."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    bounded,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "gawai": {"level": level},
            "django": {"handlers": [], "level": "WARNING"},
            "gunicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "gunicorn.error": {"level": "INFO"},
            "gunicorn.access": {"level": "CRITICAL"},
            # The line of each call (core.middleware) already tells the status.
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "ERROR"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
