"""Signs of life of the processes that work in the background."""

from datetime import timedelta

import pytest
from django.utils import timezone

from realtime import database
from realtime.heartbeat import beat, workers_seen
from realtime.models import Heartbeat
from realtime.node import node_id
from realtime.worker import load_jobs

pytestmark = pytest.mark.django_db(transaction=True)


async def test_beat_is_one_row_a_process_with_the_latest_time() -> None:
    await beat()
    await Heartbeat.objects.all().aupdate(seen_at=timezone.now() - timedelta(hours=1))
    assert await database.run(workers_seen) == 0
    await beat()
    (row,) = [row async for row in Heartbeat.objects.all()]
    assert row.node == node_id()
    assert abs(timezone.now() - row.seen_at) < timedelta(seconds=5)
    assert await database.run(workers_seen) == 1


async def test_beat_forgets_who_was_silent_for_a_day() -> None:
    hours = {"yesterday": 25, "today": 23}
    for node, ago in hours.items():
        await Heartbeat.objects.acreate(node=node, seen_at=timezone.now() - timedelta(hours=ago))
    await beat()
    nodes = [row.node async for row in Heartbeat.objects.order_by("node")]
    assert sorted([node_id(), "today"]) == nodes


def test_heartbeats_are_shared_work() -> None:
    assert "realtime.heartbeat" in {job.name for job in load_jobs(shared=True)}
    assert "realtime.heartbeat" not in {job.name for job in load_jobs(shared=False)}
