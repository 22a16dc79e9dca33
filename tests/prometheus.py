"""Prometheus' own programs, for the tests of metrics, alerts and dashboards (bin/prometheus fetches them)."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.live_server import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0  # seconds
MISSING = "no prometheus and promtool: run bin/prometheus, or install them"


def program(name: str) -> str:
    """The path of `prometheus` or `promtool`. The test is skipped where there is none, and fails under CI."""
    unpacked = ROOT / ".venv/prometheus/usr/bin" / name
    found = str(unpacked) if unpacked.exists() else shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


def promtool(*arguments: str, text: str = "") -> None:
    """Fails with what promtool says, unless it says nothing is wrong."""
    done = subprocess.run(
        [program("promtool"), *arguments], input=text, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Prometheus:
    """The real one, with the rules of deploy/, scraping `targets` every second; rules hold without `for:`."""

    def __init__(self, folder: Path, targets: Sequence[str]) -> None:
        prometheus = program("prometheus")
        self.port = free_port()
        rules = re.sub(r"for: \w+", "for: 0s", (ROOT / "deploy/prometheus/alerts.yml").read_text())
        (folder / "alerts.yml").write_text(rules)
        config = (ROOT / "deploy/prometheus/prometheus.yml").read_text()
        config = re.sub(r"targets: \[.*\]", f"targets: {json.dumps(list(targets))}", config)
        (folder / "prometheus.yml").write_text(config.replace("15s", "1s"))
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                prometheus,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=warn",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def query(self, expression: str) -> list[Any]:
        """The instant vector's samples."""
        found = self._get(f"query?{urlencode({'query': expression})}")["result"]
        assert isinstance(found, list)
        return found

    def firing(self) -> set[str]:
        alerts = self._get("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    async def until(self, condition: Callable[[], bool], saw: Callable[[], object] = lambda: "") -> None:
        """Wait until it holds; a Prometheus that is only starting does not count as an answer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                if await asyncio.to_thread(condition):
                    return
            assert time.monotonic() < deadline, saw()
            await asyncio.sleep(0.2)

    def _get(self, path: str) -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}", timeout=10) as answer:
            data = json.load(answer)["data"]
        assert isinstance(data, dict)
        return data
