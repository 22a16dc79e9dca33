"""The connections of one APNs account: one in use, and those that only wait for their last answers."""

import asyncio
import ssl
import time
from functools import partial

from aioapns.connection import APNsKeyConnectionPool, JWTAuthorizationHeaderProvider

from push.endpoints import Address
from push.transports.apns_connection import ApnsConnection

CONNECT_TIMEOUT = 10.0
SHORTEST_TOKEN_LIFE = 60.0  # seconds: a wrong clock must not make a token a request


class ProviderToken:
    """The account's provider token, signed anew every half hour and when Apple calls it expired."""

    def __init__(self, key: str, key_id: str, team_id: str) -> None:
        self._sign = partial(JWTAuthorizationHeaderProvider, key, key_id, team_id)
        self._provider = self._sign()
        self._made = time.monotonic()

    def get_header(self) -> str:
        header: str = self._provider.get_header()
        return header

    def renew(self, refused: str) -> None:
        """Unless another request has had it renewed since `refused` was sent."""
        old_enough = time.monotonic() - self._made >= SHORTEST_TOKEN_LIFE
        if old_enough and refused == self.get_header():
            self._provider, self._made = self._sign(), time.monotonic()


class ApnsPool(APNsKeyConnectionPool):  # type: ignore[misc]
    """`acquire` gives the connection in use, or makes one: once, whoever asks meanwhile waits for the same.

    The provider token is the account's, shared by its connections: Apple refuses tokens made too often.
    """

    def __init__(
        self, address: Address, context: ssl.SSLContext, p8: str, key_id: str, team_id: str, topic: str
    ) -> None:
        super().__init__(key=p8, key_id=key_id, team_id=team_id, topic=topic, ssl_context=context)
        self.protocol_class = _at(address)
        self.connections: list[ApnsConnection] = []
        self.token = ProviderToken(p8, key_id, team_id)
        self._connecting: asyncio.Task[ApnsConnection] | None = None

    async def acquire(self) -> ApnsConnection:
        """Raises OSError (ssl.SSLError among them) or TimeoutError when the server cannot be reached."""
        for connection in self.connections:
            if connection.usable:
                return connection
        if self._connecting is None:
            self._connecting = self.loop.create_task(self._connect())
            self._connecting.add_done_callback(self._connected)
        # Shielded: one caller's deadline must not end the others' connection.
        return await asyncio.shield(self._connecting)

    def discard_connection(self, connection: ApnsConnection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        for connection in list(self.connections):
            connection.abort()

    async def _connect(self) -> ApnsConnection:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, connection = await self.loop.create_connection(
                lambda: self.protocol_class(self.apns_topic, self.loop, self.discard_connection, self.token),
                host=self.protocol_class.CONNECT_HOST,
                port=self.protocol_class.APNS_PORT,
                ssl=self.ssl_context,
            )
        self.connections.append(connection)
        return connection

    def _connected(self, task: "asyncio.Task[ApnsConnection]") -> None:
        self._connecting = None
        if not task.cancelled():
            task.exception()  # its callers have raised it; the loop need not report it again


def _at(address: Address) -> type[ApnsConnection]:
    """aioapns takes its server from the protocol class."""
    authority = address.host if address.port == 443 else f"{address.host}:{address.port}"
    attributes = {"APNS_SERVER": authority, "CONNECT_HOST": address.host, "APNS_PORT": address.port}
    return type("AccountConnection", (ApnsConnection,), attributes)
