"""A machine whose clock is wrong goes by the database's."""

import time
from collections.abc import Iterator

import pytest

from protocol import dates, ids
from realtime import clock, metrics

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
HOUR_MS = 3_600_000


class Machine:
    """This machine's clock, `ahead` milliseconds wrong."""

    def __init__(self) -> None:
        self.ahead = 0

    def machine_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    machine = Machine()
    monkeypatch.setattr(dates, "machine_ms", machine.machine_ms)
    yield machine
    dates.correct(0)
    ids.restart()


def error_ms() -> int:
    return abs(dates.now_ms() - time.time_ns() // 1_000_000)


@pytest.mark.parametrize("ahead", [HOUR_MS, -HOUR_MS])
async def test_wrong_clock_is_corrected(machine: Machine, ahead: int) -> None:
    machine.ahead = ahead
    assert error_ms() > HOUR_MS - 1000
    ids.new_id()  # made under the wrong clock, as this process's own
    await clock.keep_right()
    assert error_ms() < 1000
    assert abs(ids.id_ms(ids.new_id()) - dates.now_ms()) < 1000
    assert metrics.clock_error.values[()] == pytest.approx(3600, abs=1)


async def test_clock_that_is_set_right_again_is_believed_again(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "flint.realtime")
    machine.ahead = HOUR_MS
    await clock.keep_right()
    await clock.keep_right()
    machine.ahead = 0
    await clock.keep_right()
    assert error_ms() < 1000
    assert caplog.messages == [
        "this machine's clock is 3600 s ahead of the database's, by which Flint goes",
        "this machine's clock agrees with the database's again",
    ]


async def test_small_differences_are_left_alone(machine: Machine) -> None:
    """So that nobody's clock jumps for what an answer's way took."""
    machine.ahead = 400
    await clock.keep_right()
    assert 300 < error_ms() < 500
