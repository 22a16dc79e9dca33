"""A server and a worker that a real Prometheus scrapes, under a little load."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.live_server import ROOT, LiveServer, unique
from tests.prometheus import Prometheus
from tests.push.keys import p8_key, pem
from tests.wire_games import GAME


class Watched:
    """`server` leaves background work to the worker; neither is started yet."""

    def __init__(self, server: LiveServer, listen: Sequence[str], folder: Path) -> None:
        self.server = server
        self._folder = folder
        server.env["FLINT_METRICS_LISTEN"], workers = listen
        self.worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env={**server.env, "FLINT_METRICS_LISTEN": workers},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.prometheus = Prometheus(folder, listen)
        self._loading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await asyncio.to_thread(self.server.start)
        self._loading = asyncio.create_task(self._load())

    async def stop(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)
        self.kill_worker()
        self.prometheus.stop()

    def kill_worker(self) -> None:
        """And forget it, as if a minute had passed."""
        self.worker.kill()
        self.worker.wait()
        self.server.database.execute("UPDATE realtime_heartbeat SET seen_at = '2020-01-01 00:00:00'")

    def break_pushes(self) -> None:
        """An account at an address where nobody listens, in place of the sandbox."""
        credentials = {"p8": pem(p8_key()), "keyId": "KEY1234567", "teamId": "TEAM123456", "topic": "a.b"}
        account = self._folder / "account.json"
        account.write_text(json.dumps({"credentials": credentials, "endpoint": "https://127.0.0.1:1"}))
        self.server.manage("push_account", GAME.api_key, "preview", "apns", str(account))

    async def _load(self) -> None:
        """Messages to one who is online and one who is away, with a device."""
        online, away = await self.server.connect(), await self.server.connect()
        try:
            for client in (online, away):
                await client.register(unique("watched"))
            answer = await away.request("PushRegistrationRequest", deviceOS="IOS", pushId="a1b2c3d4" * 8)
            assert "error" not in answer
            await away.close()
            players = [online.user_id, away.user_id]
            while True:
                await self.server.rest(
                    "SendMessageRequest", playerIds=players, extCode="DAILY_GIFT", sendAsPush=True
                )
                await asyncio.sleep(0.3)
        finally:
            await online.close()
