"""When a socket is read, and when not."""

import asyncio

import pytest

from realtime.pace import Pace


class Reading(asyncio.Transport):
    """A transport of which only the reading matters."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = True
        self.changed = asyncio.Event()
        self.ended = False

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True
        self.changed.set()

    def is_closing(self) -> bool:
        return self.ended

    async def read_again(self) -> None:
        async with asyncio.timeout(5):
            await self.changed.wait()
        self.changed.clear()


class Left:
    """Frames that were received and not read: `go_on` reads two of them."""

    def __init__(self) -> None:
        self.frames = 0
        self.turns = 0
        self.pace: Pace

    def go_on(self) -> None:
        if self.frames:
            read = min(2, self.frames)
            self.frames -= read
            self.turns += 1
            self.pace.charge(read, behind=self.frames > 0)


@pytest.fixture
async def transport() -> Reading:
    return Reading()


@pytest.fixture
async def left(transport: Reading) -> Left:
    left = Left()
    left.pace = Pace(transport, left.go_on)
    return left


async def test_reads_on_below_its_limit(transport: Reading, left: Left) -> None:
    left.pace.limit(1000, 50)
    for _ in range(10):
        left.pace.charge(5, behind=False)
        assert transport.reading


async def test_stops_past_its_burst_and_reads_again_at_its_rate(transport: Reading, left: Left) -> None:
    left.pace.limit(200, 50)
    loop = asyncio.get_running_loop()
    began = loop.time()
    left.pace.charge(90, behind=False)
    assert (transport.reading, left.pace.stopped) == (False, True)
    await transport.read_again()
    assert loop.time() - began >= 0.19  # 40 frames too many, at 200 a second
    assert (transport.reading, left.pace.stopped) == (True, False)


async def test_frames_of_a_stranger_are_few(transport: Reading, left: Left) -> None:
    left.pace.charge(100, behind=False)
    assert transport.reading
    left.pace.charge(2, behind=False)
    assert not transport.reading


async def test_what_is_left_is_read_in_turns_with_others_between(transport: Reading, left: Left) -> None:
    left.pace.limit(1000, 50)
    left.frames = 6
    left.go_on()
    assert (left.turns, transport.reading) == (1, False)
    await asyncio.sleep(0)
    assert left.turns == 1
    await transport.read_again()
    assert (left.turns, left.frames, transport.reading) == (3, 0, True)


async def test_full_backlog_leaves_what_is_left_until_it_drains(transport: Reading, left: Left) -> None:
    left.pace.limit(1000, 50)
    left.frames = 6
    left.go_on()
    left.pace.pause_reading()
    for _ in range(5):
        await asyncio.sleep(0)
    assert (left.turns, transport.reading) == (1, False)
    left.pace.resume_reading()
    await transport.read_again()
    assert (left.turns, left.frames) == (3, 0)


async def test_drained_backlog_does_not_lift_the_pace(transport: Reading, left: Left) -> None:
    left.pace.limit(1, 50)
    left.pace.charge(60, behind=False)
    left.pace.pause_reading()
    left.pace.resume_reading()
    assert (transport.reading, left.pace.stopped) == (False, True)
    left.pace.end()


async def test_ended_socket_is_not_touched(transport: Reading, left: Left) -> None:
    left.pace.limit(1000, 1)
    left.frames = 6
    left.go_on()
    transport.ended = True
    left.pace.end()
    await asyncio.sleep(0.02)
    assert (left.turns, transport.reading) == (1, False)
