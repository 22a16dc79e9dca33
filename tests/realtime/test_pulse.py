"""When a keep-alive ping goes out and when its silence ends a socket, by a clock set by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from realtime.pulse import Pulse


@dataclass
class Timer:
    when: float
    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class HandLoop:
    """What a pulse uses of an event loop; its time passes by `pass_to`."""

    now: float = 100.0
    timers: list[Timer] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(when, call))
        return self.timers[-1]

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        return self.call_at(self.now + seconds, call)

    def pass_to(self, seconds: float) -> None:
        """To so many seconds after the socket was opened, with all that is due on the way."""
        end = 100.0 + seconds
        while due := [timer for timer in self.timers if not timer.cancelled and timer.when <= end]:
            timer = min(due, key=lambda timer: timer.when)
            self.timers.remove(timer)
            self.now = timer.when
            timer.call()
        self.now = end


@dataclass
class Peer:
    """Notes the pings written to it, with their times; `latest` answers the last one."""

    loop: HandLoop
    buffered: int = 0
    reading_paused: bool = False
    watched: bool = False
    aborted_at: float = 0.0
    pings: list[tuple[float, int]] = field(default_factory=list)
    latest: bytes = b""

    def write(self, data: bytes) -> None:
        self.latest = data[-16:]
        self.pings.append((self.loop.now - 100.0, int.from_bytes(self.latest[8:], "big")))

    def abort(self) -> None:
        self.aborted_at = self.loop.now - 100.0


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> HandLoop:
    loop = HandLoop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    return loop


@pytest.fixture
def peer(loop: HandLoop) -> Peer:
    return Peer(loop)


@pytest.fixture
def pulse(peer: Peer) -> Pulse:
    return Pulse(peer)


def test_keep_alive_ping_goes_out_every_25_seconds(loop: HandLoop, peer: Peer, pulse: Pulse) -> None:
    for second in (25, 50, 75):
        loop.pass_to(second)
        pulse.ponged(peer.latest)
    loop.pass_to(99.9)
    assert (peer.pings, peer.aborted_at) == ([(25.0, 0), (50.0, 0), (75.0, 0)], 0.0)


def test_proof_postpones_the_keep_alive(loop: HandLoop, peer: Peer, pulse: Pulse) -> None:
    for second, token in ((20, 1), (40, 2), (60, 3)):
        loop.pass_to(second)
        pulse.ping(token)
        pulse.ponged(peer.latest)
    loop.pass_to(84.9)
    assert peer.pings == [(20.0, 1), (40.0, 2), (60.0, 3)]
    loop.pass_to(85)
    assert peer.pings[3:] == [(85.0, 3)]


def test_silence_to_a_keep_alive_ping_ends_the_socket_after_35_seconds(
    loop: HandLoop, peer: Peer, pulse: Pulse
) -> None:
    loop.pass_to(59.9)
    assert peer.aborted_at == 0.0
    loop.pass_to(1000)
    assert peer.aborted_at == 60.0


def test_silence_to_a_proof_alone_ends_nothing(loop: HandLoop, peer: Peer, pulse: Pulse) -> None:
    loop.pass_to(10)
    pulse.ping(1)
    loop.pass_to(45)  # the keep-alive ping went out at 35, and is answered
    pulse.ponged(peer.latest)
    loop.pass_to(71)
    assert (peer.pings, peer.aborted_at) == ([(10.0, 1), (35.0, 1), (60.0, 1)], 0.0)


@pytest.mark.parametrize("excuse", ["reading_paused", "watched"])
def test_silence_is_excused_while_others_answer_for_it(
    excuse: str, loop: HandLoop, peer: Peer, pulse: Pulse
) -> None:
    setattr(peer, excuse, True)
    loop.pass_to(90)
    assert peer.aborted_at == 0.0
    setattr(peer, excuse, False)
    loop.pass_to(1000)
    assert peer.aborted_at == 95.0


def test_silence_is_excused_as_long_as_the_buffer_shrinks(loop: HandLoop, peer: Peer, pulse: Pulse) -> None:
    peer.buffered = 3000
    loop.pass_to(30)
    peer.buffered = 2000
    loop.pass_to(90)
    assert peer.aborted_at == 0.0
    loop.pass_to(95)
    assert peer.aborted_at == 95.0
