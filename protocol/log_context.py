"""Whose work the current code does, for the lines that it writes into the log.

A context variable, so that it follows a task and what it awaits. A task that works for many, such as a
batcher's, is started in `nobody()`: it would bear the name of whoever came first.
"""

from collections.abc import Mapping
from contextvars import Context, ContextVar
from typing import Protocol


class Doing(Protocol):
    def log_fields(self) -> Mapping[str, str]:
        """Short names and values: `request`, `player`, `job` …; never a secret."""


doing: ContextVar[Doing | None] = ContextVar("flint_doing", default=None)


def log_fields() -> Mapping[str, str]:
    current = doing.get()
    return {} if current is None else current.log_fields()


def nobody() -> Context:
    """For asyncio's `create_task` and `call_later`."""
    return Context()
