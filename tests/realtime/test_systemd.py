"""What systemd is told, received on a socket of the test's own."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from realtime import systemd
from tests.realtime.notified import Notified
from tests.realtime.supervised import Supervised


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Notified]:
    with Notified(tmp_path) as manager:
        yield manager


def test_nothing_is_said_where_nobody_asked() -> None:
    systemd.ready("serving")


def test_a_listener_that_is_gone_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    systemd.ready("serving")


def test_an_abstract_socket_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"flint-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        systemd.stopping()
        assert listener.recv(100) == b"STOPPING=1\nSTATUS=Ending"


async def test_the_watchdog_hears_twice_in_its_time(
    monkeypatch: pytest.MonkeyPatch, manager: Notified
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", manager.path)
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    watchdog = asyncio.create_task(systemd.watchdog())
    began = time.monotonic()
    assert [await asyncio.to_thread(manager.heard) for _ in range(4)] == [{"WATCHDOG": "1"}] * 4
    assert time.monotonic() - began > 0.29
    watchdog.cancel()


async def test_the_watchdog_of_another_process_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    async with asyncio.timeout(5):
        await systemd.watchdog()


async def test_supervisor_tells_of_its_start_its_reload_and_its_end(
    supervise: Callable[..., Supervised], manager: Notified
) -> None:
    flint = supervise(2, NOTIFY_SOCKET=manager.path)
    ready = {"READY": "1", "MAINPID": str(flint.pid), "STATUS": "2 server processes"}
    assert await manager.next() == ready
    assert (await flint.who())["version"] == 1
    flint.install("VERSION = 2")
    before = time.monotonic_ns() // 1000
    flint.signal(signal.SIGHUP)
    reloading = await manager.next()
    assert before < int(reloading.pop("MONOTONIC_USEC")) < time.monotonic_ns() // 1000
    assert reloading == {"RELOADING": "1", "STATUS": "Reloading"}
    assert await manager.next() == ready
    await flint.served_by(lambda who: who["version"] == 2)
    flint.signal(signal.SIGTERM)
    assert await manager.next() == {"STOPPING": "1", "STATUS": "Ending"}
    assert (await flint.ended())[0] == 0


async def test_reload_that_is_given_up_is_over_for_systemd_too(
    supervise: Callable[..., Supervised], manager: Notified
) -> None:
    flint = supervise(1, NOTIFY_SOCKET=manager.path)
    ready = await manager.next()
    flint.install("raise SystemExit(7)")
    flint.signal(signal.SIGHUP)
    assert (await manager.next())["RELOADING"] == "1"
    assert await manager.next() == ready


async def test_supervisor_feeds_the_watchdog(supervise: Callable[..., Supervised], manager: Notified) -> None:
    flint = supervise(1, NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="100000")
    await flint.ready()
    heard = [await asyncio.to_thread(manager.heard) for _ in range(6)]
    assert heard.count({"WATCHDOG": "1"}) >= 5
