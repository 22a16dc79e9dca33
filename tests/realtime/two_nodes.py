"""Two real servers on one database and one Redis, and players on them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.live_database import Row
from tests.live_server import LiveServer, unique
from tests.redis_server import RedisServer
from tests.wire_client import Frame, WireClient, WireError


class TwoNodes:
    """`one` and `two` are the servers. Clients are closed by `close`."""

    def __init__(self, one: LiveServer, two: LiveServer, redis: RedisServer) -> None:
        self.one, self.two, self.redis = one, two, redis
        self._clients: list[WireClient] = []

    async def player(self, on: LiveServer, name: str = "player") -> WireClient:
        """A new player's first socket."""
        client = await self.socket(on)
        answer = await client.device_log_in(unique(name), displayName=name)
        assert "error" not in answer, answer
        return client

    async def socket(self, on: LiveServer, player: WireClient | None = None, **options: Any) -> WireClient:
        """Another socket, of that player if one is given."""
        if player is not None:
            options["authToken"] = player.auth_token
        client = await on.connect(**options)
        self._clients.append(client)
        return client

    async def open(self, on: LiveServer) -> WireClient:
        """A socket before its handshake."""
        client = await WireClient.open(on.url())
        self._clients.append(client)
        return client

    async def ban(self, player: WireClient) -> None:
        """By a command, in a process of its own."""
        code = (
            "from players.models import Player; from players.sessions import set_banned;"
            f" set_banned(Player.objects.get(pk='{player.user_id}'), True, None)"
        )
        await asyncio.to_thread(self.one.manage, "shell", "-c", code)

    async def friends(self) -> tuple[WireClient, WireClient]:
        """Anna on the first node, Bob on the second."""
        anna, bob = await self.player(self.one, "anna"), await self.player(self.two, "bob")
        await self.befriend(anna, bob)
        return anna, bob

    async def befriend(self, one: WireClient, other: WireClient) -> None:
        linked = await self.one.rest("LinkFriendsRequest", playerId=one.user_id, friendIds=[other.user_id])
        assert linked["linked"] == 1, linked

    async def sees_online(self, asking: WireClient, expected: bool, within: float) -> float:
        """Seconds until all the client's friends are shown as expected."""

        async def shown() -> bool:
            answer = await asking.request("ListGameFriendsRequest")
            return all(friend["online"] is expected for friend in answer["friends"])

        return await until(shown, within)

    def row(self, message_id: str) -> Row:
        [row] = self.one.rows("SELECT * FROM messaging_playermessage WHERE id = ?", message_id)
        return row

    async def confirmed(self, message_id: str, within: float = 10) -> None:
        async def is_confirmed() -> bool:
            return bool(self.row(message_id)["state"] == "delivered")

        await until(is_confirmed, within)

    async def close(self) -> None:
        await asyncio.gather(*(client.close() for client in self._clients), return_exceptions=True)


async def until(question: Callable[[], Awaitable[bool]], within: float) -> float:
    """Ask until it is so; the seconds that it took."""
    started = time.monotonic()
    while not await question():
        if time.monotonic() - started > within:
            raise WireError(f"not within {within} s")
        await asyncio.sleep(0.01)
    return time.monotonic() - started


async def say(sender: WireClient, text: str, recipient: WireClient) -> None:
    answer = await sender.request("SendFriendMessageRequest", friendIds=[recipient.user_id], message=text)
    assert "error" not in answer, answer


async def heard(client: WireClient, text: str, within: float = 10) -> Frame:
    return await client.expect_message("FriendMessage", message=text, within=within)
