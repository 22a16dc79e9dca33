"""h2 on one connection and nothing around it: no deadlines, no flow control, no second attempt.

What the library itself costs: requests are begun and answers read by callbacks, in batches of one write.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Iterator
from typing import cast
from urllib.parse import urlsplit

import jwt
import uvloop
from h2.connection import H2Connection
from h2.events import DataReceived, RemoteSettingsChanged, ResponseReceived, StreamEnded

from benchmarks.pushes.job import Cpu, Job
from push.transports.base import Notification

MANY = 100  # streams: Apple allows one until it has seen a valid token


def run(job: Job) -> Cpu:
    return uvloop.run(_run(job))


async def _run(job: Job) -> Cpu:
    client = await _connect(job)
    await client.send(job.notifications(1), 1)
    await client.may_send_many.wait()
    await client.send(job.notifications(job.warm), job.at_once)
    with Cpu() as cpu:
        await client.send(job.notifications(job.count), job.at_once)
    client.transport.close()
    return cpu


async def _connect(job: Job) -> "Client":
    context = ssl.create_default_context(cafile=job.ca_file)
    context.set_alpn_protocols(["h2"])
    parts = urlsplit(job.account["endpoint"])
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: Client(job, parts.netloc), parts.hostname, parts.port, ssl=context
    )
    return client


class Client(asyncio.Protocol):
    def __init__(self, job: Job, authority: str) -> None:
        secrets = job.account["credentials"]
        claims = {"iss": secrets["teamId"], "iat": int(time.time())}
        token = jwt.encode(claims, secrets["p8"], "ES256", {"kid": secrets["keyId"]})
        self.may_send_many = asyncio.Event()
        self._authority, self._topic, self._bearer = authority, secrets["topic"], f"bearer {token}"
        self._h2 = H2Connection()
        self._left: Iterator[Notification] = iter(())
        self._under_way = 0
        self._done: asyncio.Future[None] | None = None

    async def send(self, notifications: Iterator[Notification], at_once: int) -> None:
        self._left, self._done = notifications, asyncio.get_running_loop().create_future()
        for _ in range(at_once):
            self._next()
        self._flush()
        await self._done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._h2.initiate_connection()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            if isinstance(event, ResponseReceived):
                assert dict(event.headers)[b":status"] == b"200", event.headers
            elif isinstance(event, DataReceived):
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                self._under_way -= 1
                self._next()
            elif (
                isinstance(event, RemoteSettingsChanged)
                and self._h2.remote_settings.max_concurrent_streams >= MANY
            ):
                self.may_send_many.set()
        self._flush()
        if not self._under_way and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _next(self) -> None:
        notification = next(self._left, None)
        if notification is None:
            return
        stream = self._h2.get_next_available_stream_id()
        self._h2.send_headers(stream, self._headers(notification))
        self._h2.send_data(stream, json.dumps(notification.payload).encode(), end_stream=True)
        self._under_way += 1

    def _headers(self, notification: Notification) -> list[tuple[str, str]]:
        return [
            (":method", "POST"),
            (":scheme", "https"),
            (":path", f"/3/device/{notification.token}"),
            (":authority", self._authority),
            ("authorization", self._bearer),
            ("apns-topic", self._topic),
            ("apns-push-type", "alert"),
            ("apns-priority", "10"),
            ("apns-expiration", str(int(time.time()) + notification.ttl)),
            ("apns-collapse-id", notification.collapse_key),
        ]

    def _flush(self) -> None:
        self.transport.write(self._h2.data_to_send())
