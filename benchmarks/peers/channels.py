"""Stock Channels consumers in one group, on uvicorn, over a Redis of their own."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.client import BenchClient
from benchmarks.peers.peer import TEXT, Member, started
from benchmarks.server import ROOT
from bin.services import Redis, ServiceFailed, find_redis

CAPACITY = 10_000
REDIS = {"socket_timeout": None, "max_connections": 1000}


class Channels:
    path = "/"
    member: type[BenchClient] = Member

    def __init__(self, layer: str) -> None:
        self.layer = layer

    def missing(self) -> str:
        try:
            find_redis()
        except ServiceFailed as failed:
            return str(failed)
        return ""

    def described(self) -> str:
        settings = f"{REDIS}" if self.layer == "pubsub" else f"{REDIS}, capacity {CAPACITY}"
        versions = f"channels {version('channels')}, channels_redis {version('channels_redis')}"
        return f"Channels groups ({self.layer} layer), {versions}, {settings}"

    @contextmanager
    def serving(self, port: int, folder: Path) -> Iterator[int]:
        redis = Redis(folder / "redis")
        redis.start()
        try:
            command = [sys.executable, "-m", "benchmarks.peers.channels_server", str(port)]
            with started([*command, self.layer, redis.url()], port, ROOT) as pid:
                yield pid
        finally:
            redis.stop()

    async def publish(self, members: Sequence[BenchClient], port: int) -> None:
        members[0].send(TEXT)
