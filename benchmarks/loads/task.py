"""What a load is told: where the servers are, who plays, how much."""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from benchmarks.client import BenchClient, connect
from benchmarks.game import DEVICE, DEVICE_SECRET, SERVER, SERVER_SECRET
from benchmarks.sizes import Sizes

Result = dict[str, float]


class Task(msgspec.Struct, kw_only=True):
    """`tokens` and `ids` are the players'; `waiting` messages wait for each of their second half. `ext_code`
    is the news to send, `event` the event to log. `ports` and `pids` are the measured servers';
    `board_entries` stand on the board."""

    ports: list[int]
    pids: list[int]
    tokens: list[str]
    ids: list[str]
    sizes: Sizes
    waiting: int = 0
    ext_code: str = "NEWS"
    event: str = "MOVE"
    board_entries: int = 0

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def half(self) -> int:
        return len(self.tokens) // 2

    async def players(
        self, tokens: list[str], on_text: Callable[[BenchClient, bytes], None], port: int = 0
    ) -> list[BenchClient]:
        """Their sockets, logged in."""
        return await connect(port or self.port, DEVICE, DEVICE_SECRET, tokens, on_text)

    async def own_server(self) -> BenchClient:
        """A socket of the game's own server, which may send to everybody."""
        (client,) = await connect(self.port, SERVER, SERVER_SECRET, [""], ignore)
        return client


Load = Callable[[Task], Coroutine[Any, Any, Result]]


def ignore(client: BenchClient, payload: bytes) -> None:
    pass


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]
