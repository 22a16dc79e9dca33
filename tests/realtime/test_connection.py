import time
from collections.abc import Iterator

import pytest

from games.signals import player_connected, player_disconnected
from protocol.ids import new_id
from realtime import confirmer
from realtime.connection import BUFFER_BYTES, LEFT_IDS, READ_BELOW, Connection, State
from realtime.registry import registry
from tests.realtime.sockets import PlayedTransport, RecordingInbox, recording_inbox, session

ONE, TWO = new_id(), new_id()


@pytest.fixture
def inbox() -> Iterator[RecordingInbox]:
    with recording_inbox() as recording:
        yield recording
    registry.clear()
    confirmer.clear()


@pytest.fixture
def transport() -> PlayedTransport:
    return PlayedTransport()


@pytest.fixture
async def live(inbox: RecordingInbox, transport: PlayedTransport) -> Connection:
    connection = Connection(transport, session())
    connection.bind("p1")
    connection.caught_up()
    return connection


async def test_log_in_registers_before_the_inbox_is_read(
    inbox: RecordingInbox, transport: PlayedTransport
) -> None:
    connection = Connection(transport, session())
    connection.bind("p1")
    assert (inbox.reads, inbox.registered_when_read) == ([connection], [True])
    assert connection.state is State.CATCH_UP


async def test_catch_up_leaves_live_deliveries_for_its_next_read(
    inbox: RecordingInbox, transport: PlayedTransport
) -> None:
    connection = Connection(transport, session())
    connection.bind("p1")
    connection.deliver(ONE, b"one")
    assert transport.texts == []
    connection.caught_up()
    assert connection.state is State.CATCH_UP, "an id left meanwhile needs another read"
    assert connection.take_left(64) == [ONE]
    connection.caught_up()
    assert connection.state is State.LIVE


async def test_a_message_is_written_once_to_a_connection(
    live: Connection, transport: PlayedTransport
) -> None:
    live.deliver(ONE, b"one")
    live.deliver(ONE, b"one")
    assert transport.texts == [b"one"]


async def test_only_a_pong_after_the_frame_confirms(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    live.deliver(ONE, b"one")
    assert inbox.confirmed_ids == []
    live.ping()
    live.deliver(TWO, b"two")
    transport.answer()
    assert inbox.confirmed_ids == [ONE]
    live.ping()
    transport.answer()
    assert inbox.confirmed_ids == [ONE, TWO]


async def test_a_closed_connection_has_its_unconfirmed_rows_decided_again(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    live.deliver(ONE, b"one")
    live.ping()
    live.deliver(TWO, b"two")
    live.closed()
    assert inbox.again_ids == [ONE, TWO]
    assert not registry.online("p1")


async def test_a_silent_connection_stops_counting_as_online_until_it_answers(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    live.deliver(ONE, b"one")
    confirmer._ping_due(time.monotonic() + 0.2, confirmer.PING_AFTER)
    confirmer._check_pings(time.monotonic() + 1.5)
    assert inbox.unanswered_ids == [ONE]
    assert registry.online("p1")
    confirmer._check_pings(time.monotonic() + 10.5)
    assert inbox.again_ids == [ONE]
    assert not registry.online("p1")
    transport.answer()
    assert registry.online("p1")
    assert inbox.confirmed_ids == [ONE]


async def test_pings_wait_while_many_connections_are_written_to_but_not_for_long(
    live: Connection, transport: PlayedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confirmations of a fan-out's first messages are not to hold up its last ones."""
    monkeypatch.setattr(confirmer, "MANY_A_TICK", 1)
    live.deliver(ONE, b"one")
    now = time.monotonic()
    patience = confirmer._patience(now)
    assert confirmer._patience(now + 0.12) == 0.17, "nothing was written since"
    confirmer._ping_due(now + 0.4, patience)
    assert transport.pings == []
    confirmer._ping_due(now + 0.5, patience)
    assert transport.pings == [1]


async def test_a_live_connection_that_looks_again_reads_its_inbox(
    live: Connection, inbox: RecordingInbox
) -> None:
    live.look_again()
    assert (live.state, inbox.reads) == (State.CATCH_UP, [live, live])
    live.caught_up()
    assert live.state is State.LIVE


async def test_what_was_being_read_when_a_connection_looks_again_is_not_enough(
    inbox: RecordingInbox, transport: PlayedTransport
) -> None:
    connection = Connection(transport, session())
    connection.bind("p1")
    connection.look_again()
    assert inbox.reads == [connection]
    connection.caught_up()
    assert (connection.state, inbox.reads) == (State.CATCH_UP, [connection, connection])
    connection.caught_up()
    assert connection.state is State.LIVE


async def test_a_reader_that_falls_behind_is_caught_up_from_the_store(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    transport.buffered = BUFFER_BYTES + 1
    live.deliver(ONE, b"one")
    assert transport.texts == []
    assert live.state is State.CATCH_UP
    reads = len(inbox.reads)
    transport.buffered = 0
    live.writable()
    assert len(inbox.reads) == reads + 1
    assert live.take_left(64) == [ONE]


async def test_what_a_reader_that_is_behind_left_is_decided_again_when_it_falls_silent(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    """A locked phone's push must not wait for the message to be written to its socket."""
    live.deliver("m1", b"one")
    confirmer._ping_due(time.monotonic() + 0.2, confirmer.PING_AFTER)
    transport.buffered = BUFFER_BYTES + 1
    live.deliver("m2", b"two")
    assert inbox.left_ids == ["m2"], "the sweeper need not look at it meanwhile"
    confirmer._check_pings(time.monotonic() + 10.5)
    assert inbox.again_ids == ["m1", "m2"]
    live.closed()
    assert inbox.again_ids == ["m1", "m2"], "they were decided"


async def test_catch_up_reads_on_only_when_little_is_buffered(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    transport.buffered = BUFFER_BYTES + 1
    live.deliver("m1", b"one")
    reads = len(inbox.reads)
    transport.buffered = READ_BELOW + 1
    live.writable()
    assert len(inbox.reads) == reads
    transport.buffered = READ_BELOW
    live.writable()
    assert len(inbox.reads) == reads + 1


async def test_a_reader_is_watched_while_it_is_behind(live: Connection, transport: PlayedTransport) -> None:
    transport.buffered = BUFFER_BYTES + 1
    live.deliver("m1", b"one")
    assert transport.watched
    transport.buffered = 0
    confirmer._check_progress(time.monotonic())
    assert not transport.watched


async def test_a_reader_with_too_much_left_is_ended(live: Connection, transport: PlayedTransport) -> None:
    transport.buffered = BUFFER_BYTES + 1
    for number in range(LEFT_IDS + 1):
        live.deliver(f"m{number}", b"x")
    assert transport.aborted


async def test_a_reader_without_progress_is_ended_after_a_minute(
    live: Connection, transport: PlayedTransport
) -> None:
    transport.buffered = BUFFER_BYTES + 1
    live.deliver(ONE, b"one")
    confirmer._check_progress(time.monotonic() + 59)
    assert not transport.aborted
    confirmer._check_progress(time.monotonic() + 61)
    assert transport.aborted


async def test_a_log_in_moves_the_socket_to_the_new_player(
    live: Connection, transport: PlayedTransport, inbox: RecordingInbox
) -> None:
    live.deliver(ONE, b"one")
    live.bind("p2")
    assert not registry.online("p1")
    assert registry.online("p2")
    assert inbox.again_ids == [ONE]
    live.pong(live.ping_token)
    assert inbox.confirmed_ids == [], "a late pong is not the new player's"


async def test_who_comes_and_goes_is_told(inbox: RecordingInbox, transport: PlayedTransport) -> None:
    told: list[tuple[str, str]] = []

    def connected(player_id: str, **_: object) -> None:
        told.append(("connected", player_id))

    def disconnected(player_id: str, **_: object) -> None:
        told.append(("disconnected", player_id))
        raise RuntimeError("a receiver's own fault")

    player_connected.connect(connected)
    player_disconnected.connect(disconnected)
    try:
        connection = Connection(transport, session())
        connection.bind("p1")
        connection.bind("p2")
        connection.closed()
        connection.closed()
    finally:
        player_connected.disconnect(connected)
        player_disconnected.disconnect(disconnected)
    assert told == [
        ("connected", "p1"),
        ("disconnected", "p1"),
        ("connected", "p2"),
        ("disconnected", "p2"),
    ]


async def test_where_no_pong_can_come_written_counts_as_confirmed_also_at_the_end(
    inbox: RecordingInbox, transport: PlayedTransport
) -> None:
    transport.confirms = False
    connection = Connection(transport, session())
    connection.bind("p1")
    connection.caught_up()
    connection.deliver(ONE, b"one")
    connection.closed()
    assert (inbox.confirmed_ids, inbox.again_ids) == ([ONE], [])
