"""One sandbox process, as the server holds it."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from cloudcode.sandbox.frames import HEADER, BadFrame, Kind, packed, unpacked

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cloudcode.sandbox.worker.main import main; main()"
)
RECEIVE = 64 * 1024
WORN = 64 * 1024 * 1024  # bytes of script texts given to a process, which keeps them all
RUNS = 100_000


class ProcessDied(Exception):
    """It was killed, or ended, or says what nobody understands. Its run is over."""


@dataclass(frozen=True, slots=True)
class ContextLimits:
    """Bytes: of the heap, of the stack, and of one text that goes in or out."""

    memory: int = 64 * 1024 * 1024
    stack: int = 1024 * 1024
    value: int = 4 * 1024 * 1024


@dataclass(eq=False)
class SandboxProcess:
    """Started by `start`, which blocks for a few milliseconds. One user at a time; of any event loop."""

    process: "subprocess.Popen[bytes]"
    socket: socket.socket
    missing: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # hashes of the texts it has
    known_bytes: int = 0
    runs: int = 0
    dead: bool = False
    greeted: bool = False
    _buffer: bytearray = field(default_factory=bytearray)

    @classmethod
    def start(cls, limits: ContextLimits) -> "SandboxProcess":
        """With an empty environment, no open files but the socket, and its own session."""
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", PROGRAM, str(number), json.dumps(asdict(limits))],
                pass_fds=[number],
                env={"TZ": "UTC"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.setblocking(False)
        return cls(process, ours)

    @property
    def worn(self) -> bool:
        """Whether a fresh one should take its place."""
        return self.dead or self.known_bytes > WORN or self.runs > RUNS

    def learns(self, hash_: str, text: str) -> str | None:
        """The text, if the process does not have it yet."""
        if hash_ in self.known:
            return None
        self.known.add(hash_)
        self.known_bytes += len(text)
        return text

    async def greet(self) -> None:
        """Wait until it is ready. Raises ProcessDied."""
        if not self.greeted:
            kind, payload = await self.receive()
            if kind is not Kind.READY:
                self.kill()
                raise ProcessDied
            self.missing = msgspec.json.decode(payload, type=dict[str, dict[str, str]])["missing"]
            self.greeted = True

    async def send(self, kind: Kind, payload: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self.socket, packed(kind, payload))
        except OSError:
            self.kill()
            raise ProcessDied from None

    async def receive(self) -> tuple[Kind, bytes]:
        try:
            kind, length = unpacked(await self._exactly(HEADER.size))
        except BadFrame:
            self.kill()
            raise ProcessDied from None
        return kind, await self._exactly(length)

    async def _exactly(self, count: int) -> bytes:
        loop = asyncio.get_running_loop()
        while len(self._buffer) < count:
            try:
                received = await loop.sock_recv(self.socket, RECEIVE)
            except OSError:
                received = b""
            if not received:
                self.kill()
                raise ProcessDied
            self._buffer += received
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def kill(self) -> None:
        """At once. Whoever waits for it gets ProcessDied. The socket is closed by `bury`."""
        self.dead = True
        with contextlib.suppress(OSError):
            self.process.kill()

    def bury(self) -> None:
        """Kill it and wait for its end."""
        self.kill()
        self.process.wait()
        self.socket.close()
