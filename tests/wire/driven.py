"""A live server that tests drive through its second door (tests/wire/driven_server.py)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from protocol.dates import machine_ms
from tests.live_server import LiveServer
from tests.wire.driven_server import DOOR
from tests.wire_client import WireClient, WireError
from tests.wire_games import GAME, WireGame

Row = dict[str, Any]
DOOR_WITHIN = 8.0  # seconds


class DrivenServer(LiveServer):
    """With what most tests of the wire need: friends, devices, rows awaited, events fired."""

    program = ("-m", "tests.wire.driven_server")

    async def do(self, order: str, **fields: Any) -> Any:
        reader, writer = await self._at_the_door()
        writer.write(json.dumps({"do": order, **fields}).encode() + b"\n")
        answer = json.loads(await reader.readline())
        writer.close()
        assert "fault" not in answer, answer["fault"]
        return answer["result"]

    async def _at_the_door(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """It opens a moment after the server's port does."""
        until = time.monotonic() + DOOR_WITHIN
        while True:
            try:
                return await asyncio.open_unix_connection(self.folder / DOOR)
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.01)

    async def fire(
        self, message_class: str, data: Row, player_ids: Sequence[str], game: WireGame = GAME, **event: Any
    ) -> list[str]:
        """Fire a platform event on the preview stage; the messageIds, in the order of the players."""
        event |= {"stage_id": self.stage_id(game), "message_class": message_class, "data": data}
        ids: list[str] = await self.do("fire", player_ids=player_ids, **event)
        return ids

    async def terminate(self, player_id: str) -> int:
        """How many sockets the player was logged out of."""
        ended: int = await self.do("terminate", playerId=player_id)
        return ended

    async def command(self, *arguments: str) -> str:
        printed: str = await self.do("command", arguments=arguments)
        return printed

    async def script(self, function: str, challenge_id: str, *arguments: Any) -> Any:
        """What a script does with a challenge of the preview stage (competition.challenges.scripting)."""
        given = [self.stage_id(), challenge_id, *arguments]
        return await self.do("script", function=function, arguments=given)

    async def set_scripts(self, scripts: Mapping[str, str], game: WireGame = GAME) -> None:
        """Make these, by folder and name, the scripts that preview's next request runs."""
        await self.do("set_scripts", scripts=dict(scripts), game=game.api_key)

    async def kill_sandboxes(self) -> int:
        """How many sandbox processes were in the middle of a run, and are dead now."""
        killed: int = await self.do("kill_sandboxes")
        return killed

    @asynccontextmanager
    async def replaced(self, module: str, name: str, value: Any) -> AsyncIterator[Any]:
        """A constant of the server's is `value` for a while; yields what it really is."""
        before = await self.do("replace", module=module, name=name, value=value)
        try:
            yield before
        finally:
            await self.do("replace", module=module, name=name, value=before)

    async def turn_clock(self, ms: int) -> None:
        """It is that time for the whole server from now on; for servers of a test's own. Where the database
        has a clock of its own, the server goes by it no more."""
        await self.do("replace", module="realtime.clock", name="TOLERATED_MS", value=-1)
        ahead = ms - machine_ms()
        await self.do("replace", module="protocol.dates", name="_correction_ms", value=ahead)

    @asynccontextmanager
    async def settings(self, **values: Any) -> AsyncIterator[None]:
        """Django settings are these for a while."""
        async with AsyncExitStack() as stack:
            for name, value in values.items():
                await stack.enter_async_context(self.replaced("django.conf", f"settings.{name}", value))
            yield

    def execute(self, sql: str, *values: Any) -> None:
        """Change rows behind the server's back: mostly to let time pass."""
        self.database.execute(sql, *values)

    def post(self, path: str, body: bytes = b"", host: str = "") -> tuple[int, Any]:
        """Status and JSON of an HTTP POST."""
        status, text = self._http("POST", path, body, {"Host": host} if host else {})
        return status, json.loads(text)

    async def befriend(self, one: str, *others: str, game: WireGame = GAME) -> None:
        linked = await self.rest("LinkFriendsRequest", playerId=one, friendIds=list(others), game=game)
        assert linked["linked"] == len(others), linked

    async def await_rows(self, sql: str, *values: Any, count: int = 1, within: float = 8) -> list[Row]:
        """The rows once there are `count` of them."""
        deadline = time.monotonic() + within
        while True:
            rows = self.rows(sql, *values)
            if len(rows) == count:
                return rows
            if time.monotonic() > deadline:
                raise WireError(f"{len(rows)} rows instead of {count} within {within} s: {sql} {rows}")
            await asyncio.sleep(0.01)

    async def pushes(self, message_id: str, count: int = 1) -> list[Row]:
        """What the sandbox recorded for a message, by device type."""
        sql = "SELECT * FROM push_pushattempt WHERE player_message_id = ? ORDER BY device_os"
        return await self.await_rows(sql, message_id, count=count)

    async def state_of(self, message_id: str, state: str) -> Row:
        """The message's row once it is in this state."""
        sql = "SELECT * FROM messaging_playermessage WHERE id = ? AND state = ?"
        return (await self.await_rows(sql, message_id, state))[0]

    def messages_of(self, player_id: str) -> list[Row]:
        """The player's rows, oldest first, without the tests' markers."""
        return self.rows(
            "SELECT copy.* FROM messaging_playermessage copy JOIN messaging_message message "
            "ON message.id = copy.message_id WHERE copy.player_id = ? AND message.ext_code <> 'MARKER' "
            "ORDER BY copy.created_ms, copy.id",
            player_id,
        )

    def count(self, table: str) -> int:
        rows = self.rows(f"SELECT COUNT(*) AS number FROM {table}")
        return int(rows[0]["number"])

    def counts(self, *without: str) -> dict[str, int]:
        """The number of rows of each table of the product's, but for the server's own figures."""
        unseen = {*without, "realtime_stagetally", "realtime_tallywriter"}
        return {name: self.count(name) for name in self.database.tables() if name not in unseen}

    def stage_id(self, game: WireGame = GAME, stage: str = "preview") -> int:
        sql = (
            "SELECT stage.id FROM games_stage stage JOIN games_game game ON game.id = stage.game_id "
            "WHERE game.api_key = ? AND stage.name = ?"
        )
        return int(self.rows(sql, game.api_key, stage)[0]["id"])

    def game_id(self, game: WireGame = GAME) -> int:
        return int(self.rows("SELECT id FROM games_game WHERE api_key = ?", game.api_key)[0]["id"])


async def register_device(client: WireClient, device_os: str = "IOS", push_id: str = "") -> str:
    """Register a device for pushes; its registrationId."""
    push_id = push_id or f"{device_os.lower()}-{client.user_id}"
    answer = await client.request("PushRegistrationRequest", deviceOS=device_os, pushId=push_id)
    assert "error" not in answer, answer
    return str(answer["registrationId"])
