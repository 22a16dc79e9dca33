import asyncio
from collections.abc import Callable, Iterable, Iterator

import pytest
from asgiref.sync import sync_to_async

from games.models import Stage
from messaging import outcomes
from messaging.catch_up import StoreInbox
from messaging.models import PlayerMessage
from players.models import Player
from realtime import confirmer, metrics
from realtime import inbox as inbox_module
from realtime.connection import Connection, State
from realtime.presence import LocalPresence, use_presence
from realtime.registry import registry
from tests.messaging.sending import send
from tests.realtime.sockets import PlayedTransport, session

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]


class ReadingInbox(StoreInbox):
    """Catches up; decides nothing again, so that only catch-up can bring a message."""

    def decide_again(self, message_ids: Iterable[str]) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[StoreInbox]:
    former, reading = inbox_module._inbox, ReadingInbox()
    inbox_module.set_inbox(reading)
    yield reading
    inbox_module._inbox = former
    registry.clear()
    confirmer.clear()


@pytest.fixture
def ana(stage: Stage, add_player: AddPlayer) -> Player:
    ana = add_player("ana")
    for _ in range(2):
        send(stage, ana)
    return ana


async def _caught_up(inbox: StoreInbox, connection: Connection, transport: PlayedTransport) -> list[bytes]:
    while inbox._tasks:
        await inbox.settle()
    assert connection.state is State.LIVE
    return transport.texts


async def _documents() -> list[bytes]:
    return [row.document.encode() async for row in PlayerMessage.objects.order_by("id")]


class SlowlyAnnouncing(LocalPresence):
    """While other nodes do not know of the player yet, one of them stores a message."""

    def __init__(self, stage: Stage, player: Player) -> None:
        self._message = stage, player

    async def announced(self, player_id: str) -> None:
        await sync_to_async(send)(*self._message)


async def test_what_is_sent_before_others_know_of_a_log_in_is_read_by_it(
    inbox: StoreInbox, stage: Stage, ana: Player
) -> None:
    transport = PlayedTransport()
    connection = Connection(transport, session())
    use_presence(SlowlyAnnouncing(stage, ana))
    try:
        connection.bind(ana.pk)
        texts = await _caught_up(inbox, connection, transport)
    finally:
        use_presence(LocalPresence())
    assert texts == await _documents()
    assert len(texts) == 3


async def test_only_what_was_sent_after_the_log_in_is_timed(
    inbox: StoreInbox, stage: Stage, ana: Player
) -> None:
    await asyncio.sleep(0.002)  # ids tell milliseconds
    transport = PlayedTransport()
    connection = Connection(transport, session())
    before = _timed_writes()
    use_presence(SlowlyAnnouncing(stage, ana))
    try:
        connection.bind(ana.pk)
        await _caught_up(inbox, connection, transport)
    finally:
        use_presence(LocalPresence())
    assert _timed_writes() - before == 1


def _timed_writes() -> float:
    *counts, _seconds = metrics.latency.values[("written",)]
    return sum(counts)


async def test_waiting_messages_are_written_oldest_first(inbox: StoreInbox, ana: Player) -> None:
    transport = PlayedTransport()
    connection = Connection(transport, session())
    connection.bind(ana.id)
    assert await _caught_up(inbox, connection, transport) == await _documents()


async def test_what_a_client_confirmed_is_not_sent_again_though_its_row_does_not_say_so_yet(
    inbox: StoreInbox, ana: Player
) -> None:
    """A client that reads, leaves and is back within the moment in which confirmations are collected."""
    first = await PlayerMessage.objects.order_by("id").afirst()
    assert first is not None
    inbox.confirmed([first.id])
    transport = PlayedTransport()
    connection = Connection(transport, session())
    connection.bind(ana.id)
    assert await _caught_up(inbox, connection, transport) == (await _documents())[1:]
    await outcomes.confirmed.settle()


async def test_a_read_of_an_ended_log_in_is_not_the_next_ones(inbox: StoreInbox, ana: Player) -> None:
    transport = PlayedTransport()
    connection = Connection(transport, session())
    rows = [row async for row in PlayerMessage.objects.order_by("id")]
    connection.bind(ana.id)
    for row in rows:
        connection.offer(row.id, row.document.encode())
    await asyncio.sleep(0)  # the read that leaves both out is under way
    connection.unbind()
    connection.bind(ana.id)
    assert await _caught_up(inbox, connection, transport) == 2 * await _documents()
