"""Replaces what stores messages by what does nothing, and adds a fan-out from memory."""

import asyncio
from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig


class StoringNothingConfig(AppConfig):
    name = "benchmarks.storing_nothing"

    def ready(self) -> None:
        from benchmarks.storing_nothing import memory_fanout
        from messaging import outcomes, writer

        assert memory_fanout  # imported for its request
        writer.group_commit = _answer_at_once  # type: ignore[assignment]
        for coalescer in (outcomes.confirmed, outcomes.written, outcomes.left):
            coalescer.add = _forget  # type: ignore[method-assign]


def _answer_at_once(batch: Any) -> "asyncio.Future[None]":
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


def _forget(message_ids: Iterable[str]) -> None:
    """No row was stored, so none is confirmed."""
