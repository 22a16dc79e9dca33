"""Places at which the process kills itself: `FAILPOINT=after_write:40` at the 40th time it comes there.

- `after_commit`: messages are on disk, nobody was answered and nothing was delivered.
- `before_flush`: the sender was answered, nothing was delivered.
- `after_write`: frames are written, no ping has asked for their confirmation.
- `before_confirm`: the client's pong was read, its confirmation is not on disk.
"""

import itertools
import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

from messaging import delivery, writer
from messaging.catch_up import StoreInbox
from protocol import run as runs
from realtime.router import Frame, LocalRouter, Missed


def arm(spec: str) -> None:
    """`name:number`. KeyError when there is no such place."""
    name, _, number = spec.partition(":")
    calls, last = itertools.count(1), int(number)

    def reached() -> None:
        if next(calls) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    POINTS[name](reached)


def _after_commit(reached: Callable[[], None]) -> None:
    store = writer.group_commit._flush

    def commit(batches: list[writer.Batch]) -> Any:
        results = store(batches)
        reached()
        return results

    writer.group_commit._flush = commit


def _before_flush(reached: Callable[[], None]) -> None:
    async def flush(run: runs.Run) -> None:
        reached()
        await delivery.flush(run)

    runs._cached.append(flush)


def _after_write(reached: Callable[[], None]) -> None:
    write = LocalRouter.deliver

    async def deliver(self: LocalRouter, frames: Sequence[Frame]) -> Missed:
        missed = await write(self, frames)
        reached()
        return missed

    _replace(LocalRouter, deliver)


def _before_confirm(reached: Callable[[], None]) -> None:
    confirm = StoreInbox.confirmed

    def confirmed(self: StoreInbox, message_ids: Any) -> None:
        reached()
        confirm(self, message_ids)

    _replace(StoreInbox, confirmed)


def _replace(owner: type, function: Callable[..., Any]) -> None:
    """The method of the same name."""
    setattr(owner, function.__name__, function)


POINTS: dict[str, Callable[[Callable[[], None]], None]] = {
    "after_commit": _after_commit,
    "before_flush": _before_flush,
    "after_write": _after_write,
    "before_confirm": _before_confirm,
}
