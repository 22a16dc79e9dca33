"""Keeps the secrets that REST addresses hold out of what Django hands to the log.

The log's own formatters do so too (realtime.logs); this reaches whatever else an operator has listen.
"""

import logging
from typing import Any

from protocol.redaction import redact

LOGGERS = ("django.request", "django.channels.server", "django.server")


class RedactAddresses(logging.Filter):
    """In a record's arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_redact(value) for value in record.args)
        elif isinstance(record.args, dict):
            record.args = {key: _redact(value) for key, value in record.args.items()}
        return True


def install() -> None:
    for name in LOGGERS:
        logging.getLogger(name).addFilter(RedactAddresses())


def _redact(value: Any) -> Any:
    return redact(value) if isinstance(value, str) else value
