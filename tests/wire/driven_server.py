"""The server with a second door for tests: events, ended sessions, commands.

Run as a program it is `manage.py serve` that also answers lines of JSON on a Unix socket in FLINT_VAR. The
door is here and not in the product; what comes through it takes the product's own functions.
"""

import asyncio
import io
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

DOOR = "door"
LONGEST_LINE = 1024 * 1024


async def fire(order: dict[str, Any]) -> list[str]:
    """Send a platform event in a transaction and flush its run; the messageIds of its copies."""
    import msgspec
    from django.db import transaction

    from games.events import PlatformEvent
    from games.signals import platform_event
    from messaging.writer import Unit
    from protocol.run import Run
    from realtime import database

    run = Run()
    event = msgspec.convert(order, PlatformEvent)

    def send() -> list[str]:
        with transaction.atomic():
            ((_, unit),) = platform_event.send(sender="tests", run=run, event=event)
        assert isinstance(unit, Unit)
        return [row[0] for row in unit.copies]

    ids = await database.run(send)
    await run.flush()
    return ids


async def terminate(order: dict[str, Any]) -> int:
    """End a player's sessions, as an administrator does."""
    from players.sessions import terminate

    return await terminate(order["playerId"])


async def command(order: dict[str, Any]) -> str:
    """Run a management command in the server's own database thread; what it prints."""
    from django.core.management import call_command

    from realtime import database

    printed = io.StringIO()
    database.in_background()  # a command may take longer than somebody's answer
    await database.run(lambda: call_command(*order["arguments"], stdout=printed, stderr=printed))
    return printed.getvalue()


async def replace(order: dict[str, Any]) -> Any:
    """Set `name` (dotted) of `module` to `value`; what it was before. For waits that take too long."""
    owner: Any = import_module(order["module"])
    *path, name = order["name"].split(".")
    for step in path:
        owner = getattr(owner, step)
    before = getattr(owner, name)
    setattr(owner, name, order["value"])
    if order["module"] == "django.conf":
        from django.core.signals import setting_changed

        setting_changed.send(sender=replace, setting=name, value=order["value"], enter=True)
    return before


async def script(order: dict[str, Any]) -> Any:
    """What a script would do with a challenge, in a run of its own: a function of
    competition.challenges.scripting with its arguments; what it returns."""
    from django.db import transaction

    from competition.challenges import scripting
    from competition.challenges.holding import Act
    from protocol.dates import now_ms
    from protocol.run import Run
    from realtime import database

    run = Run()
    change = getattr(scripting, order["function"])

    def act() -> Any:
        with transaction.atomic():
            return change(Act(run, now_ms(), "script"), *order["arguments"])

    result = await database.run(act)
    await run.flush()
    return result


async def set_scripts(order: dict[str, Any]) -> None:
    """Make these the scripts that preview runs, as an operator's import does: first all of them are read, by
    one sandbox process and not in a database thread."""
    from django.db import transaction

    from cloudcode.scripts import check, replace_all
    from games.models import Game
    from realtime import database

    def replace() -> None:
        with transaction.atomic():
            replace_all(Game.objects.get(api_key=order["game"]), order["scripts"], None, "")

    assert await database.run_outside(check, order["scripts"]) == {}
    await database.run(replace)


async def kill_sandboxes(order: dict[str, Any]) -> int:
    """`kill -9` each sandbox process that a run is using; how many there were."""
    from cloudcode.sandbox.pool import pool

    busy = pool()._all - set(pool()._idle)
    for process in busy:
        process.process.kill()
    return len(busy)


connections_made = 0


def count_connections() -> None:
    """Count how often Django's connection object is made, be it ever connected or not."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    make = BaseDatabaseWrapper.__init__

    def counted(self: Any, *arguments: Any, **options: Any) -> None:
        global connections_made
        connections_made += 1
        make(self, *arguments, **options)

    mock.patch.object(BaseDatabaseWrapper, "__init__", counted).start()


async def count(order: dict[str, Any]) -> int:
    """How many connection objects were made so far."""
    return connections_made


async def ban(order: dict[str, Any]) -> None:
    """Ban a player, as an operator does."""
    from players.models import Player
    from players.sessions import set_banned
    from realtime import database

    await database.run(lambda: set_banned(Player.objects.get(pk=order["playerId"]), True, None))


async def run_job(order: dict[str, Any]) -> None:
    """Wake a job of the worker's, and wait until it has nothing more to do."""
    from realtime import worker

    assert worker._worker is not None
    tended = worker._worker._tended[order["name"]]
    worker.wake_here(order["name"])
    while True:
        await asyncio.sleep(0.002)
        if not (tended.woken or tended.running):
            return


ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "fire": fire,
    "terminate": terminate,
    "command": command,
    "replace": replace,
    "script": script,
    "connections_made": count,
    "ban": ban,
    "run_job": run_job,
    "set_scripts": set_scripts,
    "kill_sandboxes": kill_sandboxes,
}


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One order and its result."""
    order = json.loads(await reader.readline())
    try:
        result = {"result": await ORDERS[order.pop("do")](order)}
    except Exception as fault:
        result = {"fault": f"{type(fault).__name__}: {fault}"}
    writer.write(json.dumps(result).encode() + b"\n")
    writer.close()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()
    count_connections()
    from django.core.management import call_command

    from realtime import lifecycle

    door = Path(os.environ["FLINT_VAR"]) / DOOR
    door.unlink(missing_ok=True)
    opened: list[asyncio.Server] = []

    async def open_door() -> None:
        opened.append(await asyncio.start_unix_server(answer, door, limit=LONGEST_LINE))

    async def close_door() -> None:
        opened.pop().close()

    lifecycle.on_start(open_door)
    lifecycle.on_stop(close_door)
    call_command(*sys.argv[1:])


if __name__ == "__main__":
    main()
