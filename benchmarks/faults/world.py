"""Where a fault happens: servers on databases of their own, and players who speak to them."""

import asyncio
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks.faults.hook.window import WINDOW
from benchmarks.faults.outcome import FaultFailed
from tests.live_database import LiveDatabase
from tests.live_server import LiveServer, unique
from tests.raw_socket import RawSocket
from tests.wire_client import Framing, WireClient
from tests.wire_games import GAME, WireGame

UNTHROTTLED = {
    "FLINT_LIMIT_REQUESTS_PER_SECOND": "100000",
    "FLINT_LIMIT_REQUESTS_BURST": "100000",
    "FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND": "100000",
}
DEVICE_SECRET = GAME.secrets["device"]
HOOKED = {"DJANGO_SETTINGS_MODULE": "benchmarks.faults.settings"}


class FaultServer(LiveServer):
    """A live server with the hook; its limits on requests are lifted."""

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str] | None = None,
        database: LiveDatabase | None = None,
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(folder, {**UNTHROTTLED, **HOOKED, **(env or {})}, database, options)

    async def begin(self, failpoint: str = "") -> None:
        """Start; `failpoint` is for this start alone."""
        self.env.pop("FAILPOINT", None)
        if failpoint:
            self.env["FAILPOINT"] = failpoint
        await asyncio.to_thread(self.start)

    async def ended(self, within: float = 30) -> None:
        """Wait until the process has ended, whoever ended it. If it does not, its log says where it is."""
        assert self.process
        try:
            await asyncio.to_thread(self.process.wait, within)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGUSR1)
            failpoint = self.env.get("FAILPOINT", "")
            raise FaultFailed(f"the server lives {within} s after it should have died: {failpoint}") from None

    async def connections(self, player_id: str) -> list[dict[str, Any]]:
        """The player's connections as the server sees them (benchmarks.faults.hook.window)."""
        reader, writer = await asyncio.open_unix_connection(self.folder / WINDOW)
        writer.write(player_id.encode() + b"\n")
        shown: list[dict[str, Any]] = json.loads(await reader.readline())
        writer.close()
        return shown

    async def befriend(self, one: str, others: Sequence[str]) -> None:
        linked = await self.rest("LinkFriendsRequest", playerId=one, friendIds=list(others))
        if linked.get("linked") != len(others):
            raise FaultFailed(f"could not link friends: {linked}")

    def waiting(self) -> int:
        """Messages stored and not confirmed."""
        sql = "SELECT COUNT(*) AS number FROM messaging_playermessage WHERE state = 'waiting'"
        return int(self.rows(sql)[0]["number"])

    async def await_row(self, sql: str, *values: Any, within: float = 10) -> dict[str, Any]:
        """The first row, once there is one."""
        deadline = time.monotonic() + within
        while not (rows := self.rows(sql, *values)):
            if time.monotonic() > deadline:
                raise FaultFailed(f"no row within {within} s: {sql} {values}")
            await asyncio.sleep(0.02)
        return rows[0]


@dataclass
class Player:
    """Logged in over one socket at a time; all it ever received, over every socket, stays here.

    It speaks through RawSocket, which answers a ping only after the frames before it were handed over: what
    the server takes for confirmed is in the log.
    """

    server: FaultServer
    device: str = field(default_factory=lambda: unique("fault"))
    clients: list[WireClient] = field(default_factory=list)
    framing: Framing = field(default_factory=Framing)
    game: WireGame = GAME

    @property
    def client(self) -> WireClient:
        return self.clients[-1]

    @property
    def socket(self) -> RawSocket:
        assert isinstance(self.client.socket, RawSocket)
        return self.client.socket

    @property
    def user_id(self) -> str:
        return next(each.user_id for each in self.clients if each.user_id)

    @property
    def token(self) -> str:
        """The last one that an answer brought."""
        return next((each.auth_token for each in reversed(self.clients) if each.auth_token), "")

    async def connect(self, receive_buffer: int = 0) -> Self:
        """Open a socket and log in: by token, the first time by device."""
        socket = await RawSocket.open(self.server.url(game=self.game), receive_buffer)
        client = WireClient(socket, self.framing)
        token = self.token
        self.clients.append(client)
        answer = await client.handshake(self.game.secrets["device"], authToken=token or "0")
        if "error" in answer:
            raise FaultFailed(f"the handshake was refused: {answer['error']}")
        if not token:
            answer = await client.device_log_in(self.device, displayName=self.device)
        if "error" in answer or "userId" not in answer:
            raise FaultFailed(f"not logged in: {answer}")
        return self

    async def come_back(self, within: float = 10) -> Self:
        """Connect as an SDK does: again and again until the server is there."""
        deadline = time.monotonic() + within
        while True:
            try:
                return await self.connect()
            except (OSError, AssertionError):
                await self.clients[-1].close() if self.clients else None
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.1)

    def messages(self) -> list[dict[str, Any]]:
        """Every message of every socket, in order of arrival."""
        return [frame for client in self.clients for frame in client.messages]

    async def close(self) -> None:
        await asyncio.gather(*(client.close() for client in self.clients), return_exceptions=True)


@dataclass
class World:
    """What a fault gets. `template` holds a migrated database with the wire tests' games."""

    folder: Path
    template: Path
    short: bool = False
    servers: list[FaultServer] = field(default_factory=list)
    players: list[Player] = field(default_factory=list)

    async def server(self, folder: Path | None = None, start: bool = True, **env: str) -> FaultServer:
        folder = folder or self.folder / f"server-{len(self.servers)}"
        shutil.copytree(self.template, folder, dirs_exist_ok=True)
        self.servers.append(FaultServer(folder, env))
        if start:
            await self.servers[-1].begin()
        return self.servers[-1]

    async def player(self, server: FaultServer, receive_buffer: int = 0, **options: Any) -> Player:
        """Connected and logged in."""
        player = Player(server, **options)
        self.players.append(player)
        return await player.connect(receive_buffer)

    async def end(self) -> None:
        await asyncio.gather(*(player.close() for player in self.players), return_exceptions=True)
        for server in self.servers:
            server.kill()


def make_template(folder: Path) -> Path:
    """A migrated database that holds the wire tests' game, published."""
    folder.mkdir()
    fill(LiveServer(folder), GAME)
    return folder


def fill(server: LiveServer, game: WireGame) -> None:
    """Publish the game in its database, which is migrated first unless it is a copy of one that is."""
    if not server.database.tables():
        server.manage("migrate", "--verbosity=0")
    server.manage("import_game", str(game.document), "--publish")
