"""Answers that take longer than a socket's next request may wait (protocol.request.Response.later)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from protocol.request import Response
from realtime import lifecycle
from realtime.connection import Connection, State

logger = logging.getLogger(__name__)

_answering: set[asyncio.Task[None]] = set()


def answer_later(connection: Connection, later: Callable[[], Awaitable[Response]]) -> None:
    """Write what `later` gives once it is there, to whoever is on the socket by then; to nobody if it has
    closed."""
    task = asyncio.get_running_loop().create_task(_answer(connection, later))
    _answering.add(task)
    task.add_done_callback(_answering.discard)


async def _answer(connection: Connection, later: Callable[[], Awaitable[Response]]) -> None:
    try:
        response = await later()
    except Exception:
        logger.exception("a later answer could not be given")
        return
    if connection.state is not State.CLOSED:
        connection.send(response.encode())


@lifecycle.on_stop
async def stop() -> None:
    """Those who wait still get no answer: their clients ask again."""
    for task in list(_answering):
        task.cancel()
    await asyncio.gather(*_answering, return_exceptions=True)
