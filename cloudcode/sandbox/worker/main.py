"""The process: locks itself down, then runs what it is given until the server closes the socket.

    python -I -c "…; main()" FD LIMITS ENGINE

with the number of its inherited socket, the limits of a run as JSON, and the file of the compiled engine.
"""

import contextlib
import gc
import json
import signal
import socket
import sys
import time

import msgspec

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.orders import Order
from cloudcode.sandbox.worker.checking import check
from cloudcode.sandbox.worker.engine import Limits, load
from cloudcode.sandbox.worker.link import Gone, Link
from cloudcode.sandbox.worker.lockdown import lock_down
from cloudcode.sandbox.worker.run import Batch, Run
from cloudcode.sandbox.worker.worlds import Worlds

GRACE = 1.0  # seconds after which the kernel ends the process, should the server not do it

_order = msgspec.json.Decoder(Order)
_texts = msgspec.json.Decoder(dict[str, str])


class Worker:
    def __init__(self, link: Link, worlds: Worlds) -> None:
        self._link, self._worlds = link, worlds
        self._texts: dict[str, str] = {}
        self._modules: dict[int, dict[str, str]] = {}

    def serve(self) -> None:
        while True:
            kind, payload = self._link.receive()
            if kind is Kind.RUN:
                self._work_off(payload, nested=False)
                signal.setitimer(signal.ITIMER_REAL, 0)
            elif kind is Kind.CHECK:
                faults = check(_texts.decode(payload), self._worlds)
                self._link.send(Kind.DONE, msgspec.json.encode(faults))

    def _work_off(self, payload: bytes, *, nested: bool) -> None:
        """All runs of an order, each in a world of its own."""
        order = _order.decode(payload)
        if order.text is not None:
            self._texts[order.hash] = order.text
        if order.told is not None:
            self._modules[order.modules] = order.told
        batch = Batch(order, self._ask, self._link.send, self._texts, self._modules[order.modules])
        for given in order.given:
            if not nested:
                signal.setitimer(signal.ITIMER_REAL, order.seconds + GRACE)  # nobody handles it: it kills
            run = Run(batch, given)
            with self._worlds.one() as world:
                run.execute(world)
                self._link.send(Kind.DONE, run.outcome())

    def _ask(self, operation: str, arguments: str) -> str:
        """What the server answers. Meanwhile it may have other scripts run here."""
        self._link.send(Kind.CALL, f'["{operation}",{arguments}]'.encode())
        while True:
            kind, payload = self._link.receive()
            if kind is Kind.REPLY:
                return payload.decode()
            if kind is Kind.RUN:
                self._work_off(payload, nested=True)


def main() -> None:
    link = Link(socket.socket(fileno=int(sys.argv[1])))
    limits = Limits(**json.loads(sys.argv[2]))
    worlds = Worlds(load(sys.argv[3]), limits)
    worker = Worker(link, worlds)
    time.localtime()  # whatever is loaded on first use is loaded before files are out of reach
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    missing = lock_down(limits.memory)
    with contextlib.suppress(Gone):
        link.send(Kind.READY, msgspec.json.encode({"missing": missing}))
        worker.serve()
