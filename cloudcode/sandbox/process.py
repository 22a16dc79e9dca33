"""One sandbox process, as the server holds it."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from cloudcode.sandbox.frames import HEADER, BadFrame, Kind, packed, unpacked
from cloudcode.sandbox.guest import compiled
from cloudcode.sandbox.sources import Source

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cloudcode.sandbox.worker.main import main; main()"
)
RECEIVE = 64 * 1024
MOST_WAITING = 1024 * 1024  # bytes that nobody has asked for yet: then nothing is read for a while
WORN = 64 * 1024 * 1024  # bytes of script texts given to a process, which keeps them all
RUNS = 100_000
GAMES = 1000  # and versions of their modules


class ProcessDied(Exception):
    """It was killed, or ended, or says what nobody understands. Its run is over."""


@dataclass(frozen=True, slots=True)
class ContextLimits:
    """Of one run: bytes of its heap."""

    memory: int = 64 * 1024 * 1024


@dataclass(eq=False)
class SandboxProcess:
    """Started by `start`, which blocks for a few milliseconds. One user at a time; of any event loop."""

    process: "subprocess.Popen[bytes]"
    socket: socket.socket
    missing: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # hashes of the texts it has
    modules: dict[int, Mapping[str, Source]] = field(default_factory=dict)  # it has these, by their number
    known_bytes: int = 0
    runs: int = 0
    dead: bool = False
    greeted: bool = False
    _buffer: bytearray = field(default_factory=bytearray)
    _ended: bool = False
    _arrived: "asyncio.Future[None] | None" = None
    _watching: asyncio.AbstractEventLoop | None = None

    @classmethod
    def start(cls, limits: ContextLimits, program: str = PROGRAM) -> "SandboxProcess":
        """With an empty environment, no open files but the socket, and its own session."""
        engine = str(compiled())
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", program, str(number), json.dumps(asdict(limits)), engine],
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
        return self.dead or self.known_bytes > WORN or self.runs > RUNS or len(self.modules) > GAMES

    def learns(self, hash_: str, text: str) -> str | None:
        """The text, if the process does not have it yet."""
        if hash_ in self.known:
            return None
        self.known.add(hash_)
        self.known_bytes += len(text)
        return text

    def learns_modules(self, modules: Mapping[str, Source]) -> tuple[int, dict[str, str] | None]:
        """The number by which it has them; with their hashes by code, if it does not know that yet."""
        number = id(modules)  # of one that is kept here, so that none takes its number
        if number in self.modules:
            return number, None
        self.modules[number] = modules
        return number, {code: source.hash for code, source in modules.items()}

    def is_quiet(self) -> bool:
        """Whether it says nothing without being asked. What does may not be lent to another run."""
        if self._buffer:
            return False
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

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
        frame = packed(kind, payload)
        try:
            if (sent := self._send_now(frame)) < len(frame):
                await asyncio.get_running_loop().sock_sendall(self.socket, frame[sent:])
        except OSError:
            self.kill()
            raise ProcessDied from None

    def _send_now(self, frame: bytes) -> int:
        """How many bytes there was room for: of all but the largest frames, all."""
        try:
            return self.socket.send(frame)
        except BlockingIOError:
            return 0

    async def receive(self) -> tuple[Kind, bytes]:
        try:
            kind, length = unpacked(await self._exactly(HEADER.size))
        except BadFrame:
            self.kill()
            raise ProcessDied from None
        return kind, await self._exactly(length)

    async def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            await self._more()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def _more(self) -> None:
        """Once the socket is watched, it stays so until `rest`: to watch it anew for each frame costs more
        than to read it."""
        if self._ended:
            self.kill()
            raise ProcessDied
        loop = asyncio.get_running_loop()
        if self._watching is None:
            loop.add_reader(self.socket.fileno(), self._read)
            self._watching = loop
        self._arrived = loop.create_future()
        await self._arrived

    def _read(self) -> None:
        try:
            received = self.socket.recv(RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        self._buffer += received
        self._ended = not received
        if self._ended or len(self._buffer) > MOST_WAITING:
            self.rest()
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def rest(self) -> None:
        """Watch it no more, until something is awaited again."""
        if self._watching is not None:
            self._watching.remove_reader(self.socket.fileno())
            self._watching = None

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
