"""What time it is for matchmaking. One place for all of it, so that tests can stop the clock and move it."""

from protocol import dates

stopped_ms: int | None = None


def now_ms() -> int:
    return dates.now_ms() if stopped_ms is None else stopped_ms
