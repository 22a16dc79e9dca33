"""Calls at one moment, each in a thread and a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections, transaction

from protocol.errors import RequestError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each returned, in their order; a refusal is its fields. They begin together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                start.wait(30)
                return call()
        except RequestError as refused:
            return refused.fields
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
