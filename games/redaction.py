"""Keeps the secrets that REST addresses hold out of the log, whoever writes the address."""

import logging
import re
from typing import Any

_ADDRESS = re.compile(r"(/rs/)\S*")
LOGGERS = ("django.request", "django.channels.server", "django.server")


class RedactAddresses(logging.Filter):
    """Replaces what follows `/rs/` in a record's arguments."""

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
    return _ADDRESS.sub(r"\1…", value) if isinstance(value, str) else value
