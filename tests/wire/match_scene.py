"""A group of players who look for matches on a live server whose matchmaking clock the test holds."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from protocol.dates import machine_ms
from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient

JOB = "competition.matches"


class Scene:
    """`now` is in seconds since the scene began. Everybody asks within one group of its own."""

    def __init__(self, server: DrivenServer, connect: Connect, code: str, group: str) -> None:
        self.server, self.code, self.group = server, code, group
        self._connect = connect
        self._began_ms = machine_ms()
        self._devices: dict[str, str] = {}
        self.players: dict[str, WireClient] = {}

    async def come(self, *names: str) -> list[WireClient]:
        """On new sockets, players whom the scene has already as themselves."""
        for name in names:
            client = self.players[name] = await self._connect(on=self.server)
            device = self._devices.setdefault(name, unique(name))
            answer = await client.device_log_in(device, displayName=name)
            assert "error" not in answer, answer
        return [self.players[name] for name in names]

    async def go(self, name: str, now: float) -> None:
        """The player's socket ends, and the server has written down that it did."""
        await self.at(now)
        await self.players[name].close()
        sql = "SELECT id FROM competition_participant WHERE player_id = ? AND offline_ms = ?"
        await self.server.await_rows(sql, self.players[name].user_id, self.ms(now))

    def ms(self, now: float) -> int:
        """What the server takes for the time then."""
        return self._began_ms + round(now * 1000)

    async def at(self, now: float) -> None:
        """Move the clock, and let happen what is due by then."""
        await self._stop_clock(self.ms(now))
        await self.bring()

    async def bring(self) -> None:
        await self.server.do("run_job", name=JOB)

    async def send(self, name: str, kind: str, **fields: Any) -> Frame:
        """A request of a player's about this scene's matches, and what follows from it."""
        named = {"matchShortCode": self.code, "matchGroup": self.group, **fields}
        answer = await self.players[name].request(kind, **named)
        await self.bring()
        return answer

    async def ask(self, name: str, skill: float, now: float | None = None, **fields: Any) -> None:
        if name not in self.players:
            await self.come(name)
        if now is not None:
            await self.at(now)
        answer = await self.send(name, "MatchmakingRequest", skill=skill, **fields)
        assert "error" not in answer, answer

    async def heard(self, name: str) -> list[Frame]:
        """What reached the player since this was last asked."""
        return await self.server.before_marker(self.players[name])

    async def told(self, *names: str) -> list[list[tuple[Any, ...]]]:
        """The same in short: `("MF", peers)`, `("NF",)`, `("MU", added, removed)`, a list a player."""
        return [[self.short(frame) for frame in await self.heard(name)] for name in names]

    def names(self, player_ids: Iterable[str]) -> list[str]:
        known = {client.user_id: name for name, client in self.players.items()}
        return [known[player_id] for player_id in player_ids]

    def short(self, frame: Frame) -> tuple[Any, ...]:
        assert (frame["matchShortCode"], frame["matchGroup"]) == (self.code, self.group)
        kind = frame["@class"]
        if kind == ".MatchNotFoundMessage":
            return ("NF",)
        participants = frame["participants"]
        if kind == ".MatchFoundMessage":
            return "MF", {self.names([each["id"]])[0]: each["peerId"] for each in participants}
        assert kind == ".MatchUpdatedMessage"
        return "MU", self.names(frame.get("addedPlayers", [])), self.names(frame.get("removedPlayers", []))

    async def _stop_clock(self, now_ms: int | None) -> None:
        await self.server.do("replace", module="competition.matches.moment", name="stopped_ms", value=now_ms)


@asynccontextmanager
async def scene(server: DrivenServer, connect: Connect, code: str) -> AsyncIterator[Scene]:
    """The clock stands at 0 s until it is moved, and goes on by itself afterwards."""
    one = Scene(server, connect, code, unique("group"))
    await one.at(0)
    try:
        yield one
    finally:
        await one._stop_clock(None)
