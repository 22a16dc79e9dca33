"""What a process sees of itself every few seconds."""

import asyncio
import time

import pytest
from django.utils import timezone

from protocol.instruments import Gauge
from realtime import lifecycle, metrics, sampling
from realtime.connection import Connection, State
from realtime.models import Heartbeat
from realtime.registry import registry
from tests.realtime.sockets import PlayedTransport, recording_inbox, session

pytestmark = pytest.mark.django_db(transaction=True)


def value(gauge: Gauge, *labels: str) -> float:
    held = gauge.values[labels]
    assert not isinstance(held, list)
    return held


async def test_connections_are_counted_by_what_they_do() -> None:
    with recording_inbox():
        for number in range(5):
            connection = Connection(PlayedTransport(), session())
            connection.bind(f"player {number % 3}")
            connection.state = State.CATCH_UP if number < 2 else State.LIVE
            connection.silent = number == 4
        await sampling.sample()
        registry.clear()
    counted = [value(gauge) for gauge in (metrics.logged_in, metrics.catching_up, metrics.silent)]
    assert counted == [5, 2, 1]


async def test_process_knows_what_it_uses() -> None:
    before = time.process_time()
    await sampling.sample()
    (seconds,) = metrics.cpu_seconds.values.values()
    assert isinstance(seconds, float)
    assert seconds >= before
    assert value(metrics.resident_bytes) > 10_000_000
    assert value(metrics.open_files) > 3


async def test_readiness_is_sampled_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_stopping", False)
    await Heartbeat.objects.acreate(node="elsewhere", seen_at=timezone.now())
    await sampling.sample_readiness()
    assert {part: value(metrics.missing, part) for part in sampling.PARTS} == dict.fromkeys(sampling.PARTS, 0)
    assert value(metrics.workers) == 1
    lifecycle.begin_stop()
    await sampling.sample_readiness()
    assert value(metrics.missing, "process") == 1


async def test_blocked_loop_shows_as_lag() -> None:
    def lags() -> list[float]:
        held = metrics.loop_lag.values.get((), [0.0] * 15)
        assert isinstance(held, list)
        return list(held)

    await sampling.start()
    try:
        before = lags()
        time.sleep(0.6)  # noqa: ASYNC251  # this is the fault
        await asyncio.sleep(0.01)
        after = lags()
    finally:
        await sampling.stop()
    assert after[-1] - before[-1] > 0.25
