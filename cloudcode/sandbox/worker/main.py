"""The process: locks itself down, then runs what it is given until the server closes the socket.

    python -I -c "…; main()" FD LIMITS

with the number of its inherited socket, and the limits of a context as JSON.
"""

import contextlib
import json
import signal
import socket
import sys
import time
from collections import deque
from typing import Any

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.worker.checking import check
from cloudcode.sandbox.worker.context import Context, Limits, encoded
from cloudcode.sandbox.worker.link import Gone, Link
from cloudcode.sandbox.worker.lockdown import lock_down
from cloudcode.sandbox.worker.run import Run

READY = 3  # contexts that are made ahead, while there is nothing to do
GRACE = 1.0  # seconds after which the kernel ends the process, should the server not do it


class Worker:
    def __init__(self, link: Link, limits: Limits) -> None:
        self._link, self._limits = link, limits
        self._ready: deque[Context] = deque()
        self._texts: dict[str, str] = {}

    def serve(self) -> None:
        while True:
            while len(self._ready) < READY and self._link.is_idle():
                self._ready.append(Context(self._limits))
            kind, payload = self._link.receive()
            if kind is Kind.RUN:
                order = json.loads(payload)
                signal.setitimer(signal.ITIMER_REAL, order["seconds"] + GRACE)  # nobody handles it: it kills
                self._run(order)
                signal.setitimer(signal.ITIMER_REAL, 0)
            elif kind is Kind.CHECK:
                self._link.send(Kind.DONE, encoded(check(json.loads(payload), self._limits)))

    def _run(self, order: dict[str, Any]) -> None:
        text = order.pop("source", None)
        if text is not None:
            self._texts[order["hash"]] = text
        order["text"] = self._texts[order["hash"]]
        run = Run(order, self._ask, self._link.send, self._texts)
        context = self._ready.popleft() if self._ready else Context(self._limits)
        context.execute(run, run.deadline - time.monotonic())
        del context
        self._link.send(Kind.DONE, run.outcome())

    def _ask(self, operation: str, arguments: str) -> str:
        """What the server answers. Meanwhile it may have other scripts run here."""
        self._link.send(Kind.CALL, f'["{operation}",{arguments}]'.encode())
        while True:
            kind, payload = self._link.receive()
            if kind is Kind.REPLY:
                return payload.decode()
            if kind is Kind.RUN:
                self._run(json.loads(payload))


def main() -> None:
    link = Link(socket.socket(fileno=int(sys.argv[1])))
    given = json.loads(sys.argv[2])
    limits = Limits(given["memory"], given["stack"], given["value"])
    worker = Worker(link, limits)
    Context(limits)  # whatever is loaded on first use is loaded before files are out of reach
    time.localtime()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    missing = lock_down(limits.memory)
    with contextlib.suppress(Gone):
        link.send(Kind.READY, encoded({"missing": missing}))
        worker.serve()
