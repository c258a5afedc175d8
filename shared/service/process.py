"""One service as a process: settings from the environment, JSON lines on stderr, a clean stop on SIGTERM."""

from __future__ import annotations

import gc
import logging
import sys

import structlog
import uvicorn

from shared.service.http import application
from shared.service.runtime import Parts, Service
from shared.settings import Settings
from shared.store.trouble import StoreTrouble

YOUNG, MIDDLE, OLD = 10_000, 20, 50
"""When the collector looks for cycles. A batch of 64 commands makes some 2,000 objects, which go by themselves."""
STOP_SECONDS = 5
"""How long open requests may take to end when the process is told to stop."""


def serve(parts: Parts) -> None:
    """Run a service by itself until it is told to stop."""
    settings = Settings()
    log_as_json(settings.log_level)
    run(parts, settings)


def run(parts: Parts, settings: Settings) -> None:
    """Run a service until it is told to stop. Exits with 1, and a sentence on stderr, when it cannot start."""
    try:
        service = Service(parts, settings)
    except StoreTrouble as trouble:
        sys.stderr.write(f"{trouble.vi}\n{trouble.en}\n")
        sys.exit(1)
    collect_seldom()
    uvicorn.run(
        application(service),
        host=settings.host,
        port=settings.port(parts.name),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def collect_seldom() -> None:
    """Keep the collector of cycles from crossing what is loaded, and from coming after every few commands.

    The first is a fifth of the time that taking facts in costs, the second a sixteenth of what deciding them costs.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def log_as_json(level: str) -> None:
    """One JSON object per line on stderr, from our own lines and the libraries' alike. No secrets, no private text."""
    steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
