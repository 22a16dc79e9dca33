"""The log: a line a record, as text for people or as JSON for machines, with whose work it was; no secrets.

Everything goes to standard error, since whoever runs the process keeps its output. Without Django, so that
the supervisor writes the same lines.
"""

import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import msgspec

from protocol.log_context import log_fields
from protocol.redaction import Redactor
from protocol.tracing import trace_id

FORMATS = ("text", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
OWN = ("flint", "protocol", "games", "realtime", "players", "push", "messaging", "competition", "portal")


class FlintFormatter(logging.Formatter):
    """`secret_values` are hidden wherever they stand. `node` names the process."""

    def __init__(self, secret_values: Iterable[str] = (), node: Callable[[], str] = str) -> None:
        super().__init__()
        self._redacted = Redactor(secret_values)
        self._node = node


class TextFormatter(FlintFormatter):
    """`19:43:12.123 WARNING flint.refused [request=… player=…]: message`, then a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%H:%M:%S", time.localtime(record.created))
        fields = " ".join(f"{name}={self._redacted(value)}" for name, value in log_fields().items())
        about = f" [{fields}]" if fields else ""
        head = f"{at}.{int(record.msecs):03d} {record.levelname} {record.name}{about}: "
        trouble = _trouble(record)
        return head + self._redacted(record.getMessage() + (f"\n{trouble}" if trouble else ""))


class JsonFormatter(FlintFormatter):
    """`{"time", "level", "logger", "message", "node", "exception"}` and the fields of whose work it was."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redacted(record.getMessage()),
            "node": self._node(),
            **{name: self._redacted(value) for name, value in log_fields().items()},
        }
        if trace := trace_id():
            line["trace"] = trace
        if trouble := _trouble(record):
            line["exception"] = self._redacted(trouble)
        return msgspec.json.encode(line).decode()


def _trouble(record: logging.LogRecord) -> str:
    if record.exc_info:
        return "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
    return record.exc_text or ""


def config(
    format: str, level: str, secret_values: Iterable[str] = (), node: Callable[[], str] = str
) -> dict[str, Any]:
    """For logging.config.dictConfig. Libraries are heard from WARNING on, whatever `level`: what they write
    below it quotes headers, statements and frames."""
    formatter = JsonFormatter if format.lower() == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "flint": {"()": formatter, "secret_values": list(secret_values), "node": node},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "flint"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": level} for name in OWN},
            "django": {"handlers": [], "level": "WARNING"},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},  # runserver's
        },
    }


def hide_secrets_of_crashes(secret_values: Iterable[str] = ()) -> None:
    """What ends the process is written by Python itself, past every logger."""
    redacted = Redactor(secret_values)

    def write(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = write
