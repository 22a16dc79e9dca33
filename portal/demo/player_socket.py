"""A player's client, as a game has one: the wire protocol over a real WebSocket."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Frame = dict[str, Any]
PATIENCE = 10.0  # seconds for any answer or message


class Trouble(Exception):
    """What went wrong, as a sentence."""


@dataclass(frozen=True, slots=True)
class Received:
    """A frame and when it came, by the monotonic clock."""

    frame: Frame
    at: float


@dataclass(slots=True)
class PlayerSocket:
    """One socket. Frames that nobody asked for yet wait in order."""

    who: str
    connection: ClientConnection
    waiting: list[Received] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @classmethod
    async def open(cls, who: str, url: str, secret: str) -> Self:
        """Connect and prove the secret. Raises Trouble."""
        try:
            connection = await connect(url, compression=None, proxy=None, ping_interval=None)
        except (OSError, WebSocketException) as error:
            raise Trouble(f"{who} could not connect to {url}: {error}") from None
        socket = cls(who, connection)
        nonce = (await socket.expect("AuthenticatedConnectResponse")).frame["nonce"]
        proof = hmac.digest(secret.encode(), nonce.encode(), hashlib.sha256)
        await socket.send("AuthenticatedConnectRequest", hmac=base64.b64encode(proof).decode())
        _check(await socket.expect("AuthenticatedConnectResponse"))
        return socket

    async def ask(self, name: str, **fields: Any) -> Received:
        """Send `<name>Request` and wait for its answer. Raises Trouble when that is an error."""
        request_id = f"{int(time.time() * 1000)}_{next(self.numbers)}"
        await self.send(f"{name}Request", requestId=request_id, **fields)
        return _check(
            await self.expect(f"{name}Response", lambda frame: frame.get("requestId") == request_id)
        )

    async def send(self, name: str, **fields: Any) -> None:
        try:
            await self.connection.send(json.dumps({"@class": f".{name}", **fields}))
        except WebSocketException:
            raise Trouble(f"{self.who} was disconnected") from None

    async def expect(self, name: str, wanted: Callable[[Frame], bool] = lambda frame: True) -> Received:
        """Take the oldest frame of this class that is wanted. Raises Trouble when none comes."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for received in self.waiting:
                        if received.frame.get("@class") == f".{name}" and wanted(received.frame):
                            self.waiting.remove(received)
                            return received
                    self.waiting.append(await self._receive())
        except TimeoutError:
            raise Trouble(f"{self.who} received no {name} within {PATIENCE:g} s") from None

    async def leave(self) -> int:
        """Close properly; the close code that came back, 0 for none."""
        await self.connection.close()
        return self.connection.close_code or 0

    async def _receive(self) -> Received:
        try:
            text = await self.connection.recv()
        except WebSocketException:
            raise Trouble(f"{self.who} was disconnected") from None
        return Received(json.loads(text), time.monotonic())


def _check(answer: Received) -> Received:
    if error := answer.frame.get("error"):
        raise Trouble(f"{answer.frame['@class'].removeprefix('.')} says {json.dumps(error)}")
    return answer
