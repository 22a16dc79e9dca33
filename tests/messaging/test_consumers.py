import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from games.models import Game, Stage
from messaging.consumers import PlayerConsumer
from players.models import Player
from players.tokens import issue
from protocol.secure import hmac_for
from realtime import confirmer, process
from realtime.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]


@pytest.fixture
async def started() -> AsyncIterator[None]:
    await process.ensure_started()
    yield
    await process.stop()
    registry.clear()
    confirmer.clear()


class Client:
    """The server's side of a socket that the test plays, without a server."""

    def __init__(self, game: Game) -> None:
        self.secret = game.credentials.get(short_code="device").secret
        self.scope = {
            "type": "websocket",
            "path": f"/preview/ws/device/{game.api_key}",
            "query_string": b"",
            "headers": [],
            "client": ("127.0.0.1", 50000),
        }
        self.consumer = PlayerConsumer()
        self.inbound: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.inbound.put_nowait({"type": "websocket.connect"})
        self.outbound: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def run(self) -> None:
        await self.consumer(self.scope, self.inbound.get, self.outbound.put)

    async def read(self) -> dict[str, Any]:
        while (event := await self.outbound.get())["type"] != "websocket.send":
            pass
        document: dict[str, Any] = json.loads(event["text"])
        return document

    def write(self, **document: Any) -> None:
        self.inbound.put_nowait({"type": "websocket.receive", "text": json.dumps(document)})

    def leave(self) -> None:
        self.inbound.put_nowait({"type": "websocket.disconnect", "code": 1006})


@pytest.fixture
def client(game: Game) -> Client:
    return Client(game)


async def _log_in_again(client: Client, token: str) -> None:
    nonce = (await client.read())["nonce"]
    client.write(
        **{
            "@class": ".AuthenticatedConnectRequest",
            "hmac": hmac_for(client.secret, nonce),
            "authToken": token,
        }
    )


async def test_a_client_that_leaves_during_its_handshake_is_not_online(
    started: None, client: Client, stage: Stage, add_player: AddPlayer
) -> None:
    token = issue(add_player("ana").pk)
    running = asyncio.create_task(client.run())
    await _log_in_again(client, token)
    client.leave()
    await running
    if client.consumer.working is not None:
        await client.consumer.working
    assert registry.players() == []


async def test_a_client_that_stays_is_online(
    started: None, client: Client, stage: Stage, add_player: AddPlayer
) -> None:
    ana = add_player("ana")
    running = asyncio.create_task(client.run())
    await _log_in_again(client, issue(ana.pk))
    assert (await client.read())["userId"] == ana.pk
    assert registry.players() == [ana.pk]
    client.leave()
    await running
    assert registry.players() == []
