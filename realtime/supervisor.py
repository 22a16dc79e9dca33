"""The process above the server processes. It owns the listening sockets, so that no connect is ever refused:
whoever comes while nobody accepts waits in the sockets' backlog.

It serves nothing itself and loads nothing of the application, but for the client of Redis:
what a reload starts runs the code of that moment, and what is broken in it cannot break the supervisor.

SIGHUP reloads: successors accept first, then the former leave. SIGTERM and SIGINT end, the latter's second
one at once.
"""

import argparse
import asyncio
import logging
import logging.config
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from protocol.ids import new_id
from realtime import logs, systemd
from realtime.child import Child
from realtime.crew import Crew
from realtime.listening import adopt, greeting
from realtime.reaper import Reaper

logger = logging.getLogger("flint.supervisor")

COMMAND = "supervise"  # of manage.py
STOP_SECONDS = 3.0  # that a process may take to end
AT_ONCE = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_terminate = partial(Child.send_signal, number=signal.SIGTERM)
_interrupt = partial(Child.send_signal, number=signal.SIGINT)


class Supervisor:
    """Made on the loop that runs it. `on_death` gets, in a thread, the node of a process that failed."""

    def __init__(
        self,
        spawn: Callable[[Reaper], Child],
        size: int,
        leave_within: float,
        on_death: Callable[[str], None],
    ) -> None:
        self._spawn = partial(spawn, Reaper())
        self._size = size
        self._leave_within = leave_within
        self._on_death = on_death
        self._crews: list[Crew] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._told_to_reload = asyncio.Event()
        self._ending = False
        self._work: asyncio.Task[int]

    async def run(self, on_ready: Callable[[], None]) -> int:
        """Supervise until a signal says to end; the exit code. `on_ready` is called when the first accept."""
        self._work = asyncio.create_task(self._supervise(on_ready))
        self._hear_signals()
        self._beside(systemd.watchdog())
        await asyncio.wait([self._work])
        self._ending = True
        systemd.stopping()
        await asyncio.gather(*[crew.end(_terminate, STOP_SECONDS) for crew in self._crews])
        return 0 if self._work.cancelled() else self._work.result()

    async def _supervise(self, on_ready: Callable[[], None]) -> int:
        crew = self._new_crew()
        if fault := await crew.start():
            logger.error("Flint does not start: %s", fault)
            return 1
        crew.keep()
        on_ready()
        while True:
            systemd.ready(f"{self._size} server processes")
            await self._told_to_reload.wait()
            self._told_to_reload.clear()
            systemd.reloading()
            crew = await self._succeed(crew)

    async def _succeed(self, former: Crew) -> Crew:
        """The crew that serves from now on: a new one, or the former when that does not boot."""
        crew = self._new_crew()
        if fault := await crew.start():
            logger.error("the reload is given up and the former processes go on: %s", fault)
            await self._end(crew, _terminate, STOP_SECONDS)
            return former
        crew.keep()
        logger.info("reloaded: new server processes accept, the former send their clients away")
        self._beside(self._end(former, Child.leave, self._leave_within))
        return crew

    def _new_crew(self) -> Crew:
        self._crews.append(Crew(self._size, self._start_child))
        return self._crews[-1]

    async def _end(self, crew: Crew, tell: Callable[[Child], None], within: float) -> None:
        await crew.end(tell, within)
        self._crews.remove(crew)

    def _start_child(self) -> Child:
        child = self._spawn()
        child.ended.add_done_callback(partial(self._child_ended, child))
        return child

    def _child_ended(self, child: Child, code: "asyncio.Future[int]") -> None:
        if code.result() != 0:  # it did not say good-bye itself
            self._beside(asyncio.to_thread(self._on_death, child.node))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- signals ----------------------------------------------------------------------------------------

    def _hear_signals(self) -> None:
        """By explicit handlers: for a container's first process the kernel has no other action.

        `serve` blocks the signals before it becomes this process, so that none is lost in between.
        """
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._told_to_reload.set)
        loop.add_signal_handler(signal.SIGTERM, self._work.cancel)
        loop.add_signal_handler(signal.SIGINT, self._interrupted)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _interrupted(self) -> None:
        if self._ending:
            for crew in self._crews:
                self._beside(crew.end(_interrupt, AT_ONCE))
        self._work.cancel()


# --- the program ------------------------------------------------------------------------------------------


def arguments(
    processes: int, listeners: Sequence[int], drain_seconds: float, command: Sequence[str]
) -> list[str]:
    """What `main` takes. `command` starts one server process."""
    descriptors = [f"--fd={listener}" for listener in listeners]
    return [f"--processes={processes}", f"--drain-seconds={drain_seconds}", *descriptors, "--", *command]


def main(given: Sequence[str]) -> int:
    """Supervise processes that serve on inherited sockets; the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--drain-seconds", type=float, required=True)
    parser.add_argument("--fd", type=int, action="append", required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(given)
    env = os.environ  # `serve` has looked whether these are right
    level = env.get("FLINT_LOG_LEVEL", "").strip().upper() or "INFO"
    logging.config.dictConfig(logs.config(env.get("FLINT_LOG_FORMAT", "").strip(), level))
    with tempfile.TemporaryDirectory(prefix="flint-metrics-") as folder:
        os.environ["FLINT_METRICS_DIR"] = folder  # where its processes leave their numbers for each other
        return asyncio.run(_supervise(options, adopt(options.fd)))


async def _supervise(options: argparse.Namespace, listeners: Sequence[socket.socket]) -> int:
    def spawn(reaper: Reaper) -> Child:
        return Child(options.command, options.fd, reaper)

    # Who died should be offline at once, and the first time this takes half a second of loading.
    threading.Thread(target=_declare_dead, args=[new_id()], daemon=True).start()
    supervisor = Supervisor(spawn, options.processes, options.drain_seconds + STOP_SECONDS, _declare_dead)
    return await supervisor.run(lambda: print(greeting(listeners), flush=True))


def _declare_dead(node: str) -> None:
    try:
        from realtime.nodes import declare_dead

        declare_dead(node)
    except Exception:  # what is installed by now may be broken; the lease lapses by itself
        logger.exception("cannot declare node %s dead", node)
