"""The connections of one APNs account: one in use, and those that only wait for their last answers."""

import asyncio
import ssl
import time
from functools import partial

from aioapns.connection import AuthorizationHeaderProvider, JWTAuthorizationHeaderProvider

from push.endpoints import Address
from push.transports.apns_connection import ApnsConnection

CONNECT_TIMEOUT = 10.0
SHORTEST_TOKEN_LIFE = 60.0  # seconds: a wrong clock must not make a token a request


class ProviderToken(AuthorizationHeaderProvider):
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


class ApnsPool:
    """`acquire` gives the connection in use, or makes one: once, whoever asks meanwhile waits for the same.

    The provider token is the account's, shared by its connections: Apple refuses tokens made too often.
    """

    def __init__(self, address: Address, context: ssl.SSLContext, topic: str, token: ProviderToken) -> None:
        self.token = token
        self._address, self._context, self._topic = address, context, topic
        self._connections: list[ApnsConnection] = []
        self._connecting: asyncio.Task[ApnsConnection] | None = None

    async def acquire(self) -> ApnsConnection:
        """Raises OSError (ssl.SSLError among them) or TimeoutError when the server cannot be reached."""
        for connection in self._connections:
            if connection.usable:
                return connection
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
            self._connecting.add_done_callback(self._connected)
        # Shielded: one caller's deadline must not end the others' connection.
        return await asyncio.shield(self._connecting)

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        for connection in list(self._connections):
            connection.abort()

    async def _connect(self) -> ApnsConnection:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: ApnsConnection(self._address, self._topic, self.token, self._lost),
                host=self._address.host,
                port=self._address.port,
                ssl=self._context,
            )
        if connection.usable:
            self._connections.append(connection)
        return connection

    def _connected(self, task: "asyncio.Task[ApnsConnection]") -> None:
        self._connecting = None
        if not task.cancelled():
            task.exception()  # its callers have raised it; the loop need not report it again

    def _lost(self, connection: ApnsConnection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
