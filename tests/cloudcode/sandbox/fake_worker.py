"""A sandbox process that was taken over: it says whatever could hurt, and nothing that a script told it.

    python -I -c "…; main(FILE)" FD LIMITS

FILE is JSON: `calls`, well-formed ones by operation, `ids` of what belongs to others, `seed`. In each run it
sends FRAMES frames: calls that are changed, made up or said again.
"""

import contextlib
import json
import random
import socket
import sys
from pathlib import Path
from typing import Any

from cloudcode.sandbox.frames import HEADER, Kind, packed
from cloudcode.sandbox.worker.link import Gone, Link

FRAMES = 50
DEADLY = 200  # one frame in so many is no frame at all, which ends the process
ODD: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        -(2**70),
        1e300,
        "",
        "\0",
        "'; DROP TABLE players_player; --",
        "é" * 500,
    ),
    *([], {}, [[]], {"$ne": ""}, {"__proto__": 1}, [None] * 50, {"a": {"b": {"c": [1, {"d": 2}]}}}),
]


class FakeWorker:
    def __init__(self, link: socket.socket, given: dict[str, Any], seed: str) -> None:
        self._socket, self._link = link, Link(link)
        self._calls: dict[str, list[Any]] = given["calls"]
        self._ids: list[str] = given["ids"]
        self._chance = random.Random(seed)
        self._said: list[bytes] = []

    def serve(self) -> None:
        self._socket.sendall(packed(Kind.READY, b'{"missing":{}}'))
        while True:
            kind, _ = self._link.receive()  # the answers to what it said before are of no interest
            if kind is Kind.RUN:
                for _ in range(FRAMES):
                    self._socket.sendall(self._frame())
                self._socket.sendall(packed(Kind.DONE, json.dumps({"scriptData": {"sent": FRAMES}}).encode()))

    def _frame(self) -> bytes:
        chance = self._chance
        if chance.randrange(DEADLY) == 0:
            return self._broken()
        if self._said and chance.random() < 0.2:
            return chance.choice(self._said)
        if chance.random() < 0.05:
            entry = {
                "level": chance.choice(["INFO", "NONE"]),
                "text": str(chance.choice(ODD)),
                "line": 10**12,
            }
            return packed(Kind.LOG, json.dumps(entry).encode())
        frame = packed(Kind.CALL, json.dumps(self._call()).encode())
        self._said.append(frame)
        return frame

    def _call(self) -> list[Any]:
        name, arguments = self._chance.choice(list(self._calls.items()))
        if self._chance.random() < 0.1:
            name = self._chance.choice([name[:-1], name.upper(), "", "module", "__class__"])
        arguments = json.loads(json.dumps(arguments))
        for _ in range(self._chance.randrange(4)):
            arguments = self._changed(arguments)
        return [name, arguments if isinstance(arguments, list) else [arguments]]

    def _changed(self, value: Any) -> Any:
        """One place of it holds something else: odd, of another game, or of another place."""
        chance = self._chance
        if isinstance(value, list) and value and chance.random() < 0.8:
            place = chance.randrange(len(value))
            return [*value[:place], self._changed(value[place]), *value[place + 1 :]]
        if isinstance(value, dict) and value and chance.random() < 0.8:
            name = chance.choice(list(value))
            return {**value, name: self._changed(value[name])}
        return chance.choice([chance.choice(ODD), chance.choice(self._ids), chance.choice(self._ids)])

    def _broken(self) -> bytes:
        frame = packed(Kind.CALL, json.dumps(self._call()).encode())
        return self._chance.choice(
            [
                b"x" + frame[1:],
                HEADER.pack(Kind.CALL.value, 2**31) + b"[",
                packed(Kind.CALL, b"\xff\xfe not JSON"),
                packed(Kind.CALL, b"[" * 100_000),
                packed(Kind.RUN, b"{}"),
                packed(Kind.DONE, b'{"scriptData": []}'),
                packed(Kind.LOG, b'{"level": 1}'),
                packed(Kind.CALL, b"{}"),
            ]
        )


def main(file: str) -> None:
    link = socket.socket(fileno=int(sys.argv[1]))
    given = json.loads(Path(file).read_text())
    seed = f"{given['seed']} {Path('/proc/self/stat').read_text().split()[0]}"
    with contextlib.suppress(OSError, Gone):  # the server has hung up
        FakeWorker(link, given, seed).serve()
