"""The peer of the fan-out: stock Channels consumers in one group, on the same server, over Redis where it is.

`python -m benchmarks.channels_groups SOCKETS` prints `{"rate": …, "settings": …}`: the median of five group
sends, counted until the last of the sockets has it. Settings were raised until nothing was lost.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import uvloop

from benchmarks.client import UPGRADE, BenchClient
from benchmarks.server import SERVER_CORE, free_port, load_cores, pin

CAPACITY = 10_000
REDIS = {"socket_timeout": None, "max_connections": 1000}


def application(redis_port: str) -> Any:
    """An ASGI application: every socket joins the group; a text frame is sent to all of it."""
    from django.conf import settings

    layer: dict[str, Any] = {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": CAPACITY},
    }
    if redis_port:
        host = {"address": f"redis://127.0.0.1:{redis_port}", **REDIS}
        layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [host]}}
    settings.configure(CHANNEL_LAYERS={"default": layer})
    from channels.generic.websocket import AsyncWebsocketConsumer

    class Member(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            await self.channel_layer.group_add("all", self.channel_name)
            await self.accept()

        async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
            await self.channel_layer.group_send("all", {"type": "news", "text": text_data})

        async def news(self, event: dict[str, Any]) -> None:
            await self.send(text_data=event["text"])

    return Member.as_asgi()


def serve(port: int, redis_port: str) -> None:
    import uvicorn

    uvicorn.run(
        application(redis_port), port=port, ws="websockets-sansio", ws_per_message_deflate=False,
        log_level="critical", lifespan="off", backlog=2048,
    )  # fmt: skip


class Member(BenchClient):
    """No handshake of ours: ready with the upgrade."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(UPGRADE.format(path="/").encode())

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._upgraded and not self.ready.done():
            self.ready.set_result({})


async def measure(port: int, sockets: int) -> list[float]:
    received, done = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        received += 1
        if received == sockets:
            done.set()

    loop, members = asyncio.get_running_loop(), []
    for _ in range(sockets):
        _, member = await loop.create_connection(lambda: Member("/", "", "", count), "127.0.0.1", port)
        await member.ready
        members.append(member)
    await asyncio.sleep(3)
    rates = []
    for _ in range(5):
        received, start = 0, time.perf_counter()
        done.clear()
        members[0].send(json.dumps({"@class": ".ScriptMessage", "data": {"text": "x" * 200}}))
        await asyncio.wait_for(done.wait(), 120)
        rates.append(sockets / (time.perf_counter() - start))
        await asyncio.sleep(1)
    return rates


@contextmanager
def private_redis() -> Iterator[str]:
    """The port of a Redis of our own, empty where no redis-server is installed."""
    binary = shutil.which("redis-server")
    if binary is None:
        yield ""
        return
    port, folder = free_port(), tempfile.mkdtemp()
    options = ["--port", str(port), "--save", "", "--appendonly", "no", "--dir", folder]
    process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield str(port)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def run(sockets: int) -> dict[str, Any]:
    port = free_port()
    with private_redis() as redis_port:
        command = [sys.executable, "-m", "benchmarks.channels_groups", "serve", str(port), redis_port]
        server = subprocess.Popen(command, cwd=Path(__file__).resolve().parent.parent)
        try:
            pin(server.pid, {SERVER_CORE})
            pin(os.getpid(), load_cores())
            time.sleep(3)
            rates = sorted(uvloop.run(measure(port, sockets)))
        finally:
            server.terminate()
            server.wait(30)
    described = (
        f"channels_redis.pubsub, {REDIS}" if redis_port else f"InMemoryChannelLayer, capacity {CAPACITY}"
    )
    return {"rate": rates[len(rates) // 2], "settings": described}


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
    else:
        print(json.dumps(run(int(sys.argv[1]))))
