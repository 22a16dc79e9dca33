import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from django.db import InterfaceError

from games.models import Stage
from messaging import outcomes, tallying
from messaging.models import PlayerMessage
from messaging.outcomes import Coalescer
from players.models import Player
from protocol.dates import now_ms
from tests.messaging.sending import send

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]


@pytest.fixture
def message_id(stage: Stage, add_player: AddPlayer) -> str:
    send(stage, add_player("ana"))
    return PlayerMessage.objects.get().id


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> Coalescer:
    monkeypatch.setattr(outcomes, "COALESCE_SECONDS", 0.01)
    monkeypatch.setattr(outcomes, "RETRY_SECONDS", 0.01)
    return Coalescer(tallying.confirm)


@asynccontextmanager
async def others_confirming(coalescer: Coalescer) -> AsyncIterator[None]:
    """Other players' pongs keep coming in."""

    async def confirm() -> None:
        while True:
            coalescer.add(["0" * 24])
            await asyncio.sleep(0)

    task = asyncio.create_task(confirm())
    try:
        yield
    finally:
        task.cancel()


async def _state(message_id: str) -> str:
    return (await PlayerMessage.objects.aget(id=message_id)).state


async def test_settling_waits_for_what_was_added_and_for_nothing_later(
    confirmed: Coalescer, message_id: str
) -> None:
    async with others_confirming(confirmed), asyncio.timeout(5):
        confirmed.add([message_id])
        await confirmed.settle()
    assert await _state(message_id) == "delivered"


async def test_a_confirmation_outlives_a_lost_database_connection(
    confirmed: Coalescer, message_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, faults = confirmed._write, [InterfaceError("connection already closed")]

    def write_after_a_fault(ids: list[str]) -> None:
        if faults:
            raise faults.pop()
        write(ids)

    monkeypatch.setattr(confirmed, "_write", write_after_a_fault)
    confirmed.add([message_id])
    async with asyncio.timeout(5):
        await confirmed.settle()
    assert await _state(message_id) == "delivered"


async def test_the_end_of_a_process_does_not_wait_for_a_database_that_fails(
    confirmed: Coalescer, message_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(ids: list[str]) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(confirmed, "_write", fail)
    confirmed.add([message_id])
    async with asyncio.timeout(5):
        await confirmed.finish()
    assert await _state(message_id) == "waiting"


async def test_what_a_slow_connection_will_read_is_left_alone_by_the_sweeper_until_it_is_decided(
    message_id: str,
) -> None:
    before = now_ms()
    outcomes.left.add([message_id])
    await outcomes.left.settle()
    row = await PlayerMessage.objects.aget(id=message_id)
    assert row.due_ms is not None
    assert row.due_ms >= before + outcomes.UNCONFIRMED_MS
    assert row.reason == ""
    await PlayerMessage.objects.filter(id=message_id).aupdate(reason="pushed", due_ms=7)
    outcomes.left.add([message_id])
    await outcomes.left.settle()
    assert (await PlayerMessage.objects.aget(id=message_id)).due_ms == 7
