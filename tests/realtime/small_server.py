"""The real Server around a small ASGI application, in a thread with its own loop."""

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from realtime.listening import listen
from realtime.server import Server
from realtime.transport import EXTENSION
from realtime.websocket import UvicornTransport

T = TypeVar("T")
PATIENCE = 10.0

LOOPS: dict[str, str] = {"uvloop": "uvloop", "asyncio": "asyncio"}


class SmallServer:
    """`with SmallServer(app) as server:` serves on `server.port` until the block ends."""

    def __init__(self, application: Any, loop: str = "uvloop") -> None:
        self.listener = listen("127.0.0.1", 0)
        self.port: int = self.listener.getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/live/ws/device/key"
        self.errors: list[dict[str, Any]] = []
        self._listening = threading.Event()
        self._server = Server(application, self._listening.set)
        self._server.config.loop = loop
        self._thread = threading.Thread(target=self._run)
        self.loop: asyncio.AbstractEventLoop

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(PATIENCE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.stop()
        if kind is None:
            assert self.errors == []

    def stop(self) -> float:
        """End it as a signal does; the seconds that took."""
        began = time.monotonic()
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return time.monotonic() - began

    def stop_twice(self) -> float:
        """As `stop`, with every connection told to end once more than it should be."""
        self.do(lambda: [connection.shutdown() for connection in list(self.connections)])
        return self.stop()

    def stop_and_leave(self) -> float:
        """As `stop`, with the word to leave at leisure coming right after it."""

        def both() -> None:
            self._server.end()
            self._server.leave()

        self.do(both)
        return self.stop()

    def do(self, function: Callable[[], T]) -> T:
        """The result of `function()`, run on the server's loop."""

        async def run() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(PATIENCE)

    @property
    def connections(self) -> set[Any]:
        return self._server.server_state.connections  # type: ignore[return-value]

    async def reaches(self, connections: int, within: float = PATIENCE) -> float:
        """Wait until so many connections are held; the seconds that took."""
        began = time.monotonic()
        while len(self.connections) != connections:
            assert time.monotonic() - began < within, self.connections
            await asyncio.sleep(0.005)
        return time.monotonic() - began

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            self.loop = runner.get_loop()
            self.loop.set_exception_handler(lambda loop, context: self.errors.append(context))
            runner.run(self._server.serve([self.listener]))


def transport_of(scope: Any) -> UvicornTransport:
    transport = scope["extensions"][EXTENSION]
    assert isinstance(transport, UvicornTransport)
    return transport


class Keeper:
    """Accepts every socket, keeps its transport and what it received; `echo` sends it back.

    They are read at `pace`: as fast as can be, unless a test is about that.
    """

    def __init__(self, echo: bool = True) -> None:
        self.echo = echo
        self.pace = (1_000_000.0, 1_000_000.0)
        self.sockets: list[UvicornTransport] = []
        self.received: list[str | bytes] = []
        self.codes: list[int] = []
        self.changed = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        transport = transport_of(scope)
        await receive()
        await send({"type": "websocket.accept"})
        transport.admit(*self.pace)
        self.sockets.append(transport)
        self.changed.set()
        while (message := await receive())["type"] == "websocket.receive":
            data = message.get("text", message.get("bytes"))
            self.received.append(data)
            self.changed.set()
            if self.echo:
                await send({"type": "websocket.send", **message_body(data)})
        self.codes.append(message["code"])
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            await asyncio.to_thread(self.changed.wait, 0.05)
            self.changed.clear()


def message_body(data: str | bytes) -> dict[str, str | bytes]:
    return {"text": data} if isinstance(data, str) else {"bytes": data}
