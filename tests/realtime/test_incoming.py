"""What waits between a socket and its application."""

import asyncio
import sys

from realtime.incoming import BACKLOG, BACKLOG_BYTES, Incoming


class Reading(asyncio.Transport):
    """A transport of which only the reading matters."""

    def __init__(self) -> None:
        self.paused = False

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


def received(text: str) -> dict[str, str]:
    return {"type": "websocket.receive", "text": text}


async def test_events_come_out_in_order() -> None:
    incoming = Incoming(Reading())
    incoming.put(received("a"))
    incoming.put(received("b"))
    assert [(await incoming.get())["text"], (await incoming.get())["text"]] == ["a", "b"]


async def test_get_waits_for_the_next_event() -> None:
    incoming = Incoming(Reading())
    getting = asyncio.ensure_future(incoming.get())
    await asyncio.sleep(0)
    incoming.put(received("a"))
    assert (await getting)["text"] == "a"


async def test_cancelled_get_loses_nothing() -> None:
    incoming = Incoming(Reading())
    getting = asyncio.ensure_future(incoming.get())
    await asyncio.sleep(0)
    getting.cancel()
    await asyncio.sleep(0)
    incoming.put(received("a"))
    assert (await incoming.get())["text"] == "a"


async def test_end_comes_after_everything_else_and_stays() -> None:
    incoming = Incoming(Reading())
    incoming.put(received("a"))
    incoming.end(1000)
    events = [await incoming.get() for _ in range(3)]
    disconnect = {"type": "websocket.disconnect", "code": 1000}
    assert events == [received("a"), disconnect, disconnect]


async def test_reading_stops_past_the_backlog_until_all_is_received() -> None:
    reading = Reading()
    incoming = Incoming(reading)
    for _ in range(BACKLOG):
        incoming.put(received("x"), 1)
    assert reading.paused is False
    incoming.put(received("x"), 1)
    assert (reading.paused, incoming.paused) == (True, True)
    for _ in range(BACKLOG + 1):
        await incoming.get()
    assert (reading.paused, incoming.paused) == (False, False)


async def test_reading_stops_past_the_bytes_of_the_backlog() -> None:
    reading = Reading()
    incoming = Incoming(reading)
    incoming.put(received("x"), BACKLOG_BYTES)
    assert reading.paused is False
    incoming.put(received("x"), 1)
    assert reading.paused is True


async def test_idle_it_holds_next_to_nothing() -> None:
    incoming = Incoming(Reading())
    incoming.put(received("a"))
    await incoming.get()
    assert incoming._events is None
    assert sys.getsizeof(incoming) < 120
