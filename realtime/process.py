"""Starting and ending a process of the server: the hooks, the worker, the database threads."""

import asyncio
import gc

from realtime import database, lifecycle
from realtime.worker import Worker, load_jobs

_worker: Worker | None = None
_starting: asyncio.Task[None] | None = None


async def start(shared_jobs: bool = True) -> None:
    """Run the start hooks, then the worker. `serve` and `worker` call it before they are ready.

    Without shared jobs this process does only what it needs for itself, and leaves the rest to others.
    """
    global _worker
    await lifecycle.start()
    _worker = Worker(load_jobs(shared_jobs))
    await _worker.start()


async def stop() -> None:
    """The worker first, since it makes work; the database threads last, since everybody uses them."""
    global _worker, _starting
    lifecycle.begin_stop()
    if _worker is not None:
        await _worker.stop()
    await lifecycle.stop()
    _worker = _starting = None
    await asyncio.to_thread(database.shutdown)


async def ensure_started() -> None:
    """For Django's `runserver`, which has no moment for it: whoever serves the first socket or answers
    the first probe calls this.

    One comparison where the process was started before.
    """
    global _starting
    here = asyncio.get_running_loop()
    if lifecycle.loop() is here and _starting is None:
        return
    if _starting is None or _starting.get_loop() is not here:
        _starting = here.create_task(start())
    await asyncio.shield(_starting)
    _starting = None


def spare_the_collector() -> None:
    """What is loaded by now stays: keep it out of every collection, and collect less often.

    Over the objects of 10,000 sockets a full collection stops the loop for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
