"""APNs' server: its connections, and what they share."""

import asyncio
import ssl
from typing import Any

from ..acting import Act, act_of
from ..log import Request
from ..rules.apns import judge
from ..rules.apns_tokens import Freshness, ProviderTokens
from ..wire import Answer, Asked, Push, Refusal
from ..world import World
from .apns_connection import Connection

STREAMS = 1000


class Apns:
    """`window` is the flow-control window that is announced; `echoes_id`: whether apns-id is answered."""

    name = "apns"
    codes = {
        "too_many:TooManyRequests": 429,
        "server_error:InternalServerError": 500,
        "unavailable:ServiceUnavailable": 503,
        "BadDeviceToken": 400,
        "DeviceTokenNotForTopic": 400,
        "TopicDisallowed": 400,
        "Unregistered": 410,
        "ExpiredToken": 410,
        "PayloadTooLarge": 413,
        "InvalidProviderToken": 403,
        "BadEnvironmentKeyIdInToken": 403,
        "TooManyProviderTokenUpdates": 429,
        "TooManyRequests": 429,
        "InternalServerError": 500,
        "ServiceUnavailable": 503,
        "Shutdown": 503,
    }

    def __init__(self, world: World) -> None:
        self.world = world
        self.window = 65_535
        self.echoes_id = True
        self.origin = ""
        self.connections: list[Connection] = []
        self.connected = 0
        self.most_streams = 0
        self.provider_tokens = ProviderTokens(world.accounts.apns_key.public_key())

    async def start(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), host, port, ssl=context)
        chosen = self._server.sockets[0].getsockname()[1]
        self.origin = f"{'https' if context else 'http'}://{host}:{chosen}"

    async def stop(self) -> None:
        self._server.close()
        self.drop_connections()
        await self._server.wait_closed()

    def drop_connections(self) -> None:
        for connection in list(self.connections):
            connection.transport.abort()

    def streams_of_new_connection(self) -> int:
        """What SETTINGS says once a connection has shown a valid token."""
        fault = self.world.faults.find(self.name, "connect")
        if fault is None or fault.kind != "stream_limit":
            return STREAMS
        fault.fired += 1
        return fault.streams

    def window_of_new_connection(self) -> int:
        fault = self.world.faults.find(self.name, "connect")
        if fault is None or fault.kind != "window":
            return self.window
        fault.fired += 1
        return fault.window

    def judge(self, asked: Asked, freshness: Freshness) -> Push:
        return judge(asked, self.provider_tokens, freshness, self.world.now(), self.world.revoked)

    def act(self, fault: Any) -> Act:
        return act_of(fault, Answer(200), self.refuse, self.codes, self.world.now())

    def refuse(self, refusal: Refusal) -> Answer:
        return Answer.json(refusal.status, {"reason": refusal.code, **refusal.extra})

    def deliver(self, push: Push) -> None:
        self.world.log.deliver(self.name, push)

    def log(self, asked: Asked, push: Push | None, verdict: str, rule: str = "", fault: str = "") -> None:
        self.world.log.request(Request(self.name, asked, push, verdict, rule, fault))
