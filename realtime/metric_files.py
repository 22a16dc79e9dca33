"""The numbers of the processes behind one address: each writes its own into a folder, a scrape sums them up.

The supervisor names the folder (FLINT_METRICS_DIR) and empties it. A process without one counts alone.
What an ended process counted stays in the sums, or counters would fall; its gauges vanish with it.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from django.conf import settings

from protocol.instruments import INSTRUMENTS, Labels, Value, Values
from realtime.node import node_id

STALE = 20.0  # seconds: a process that has not written for so long hangs, and its gauges are no longer true
ENDED = "ended"

Totals = dict[str, Values]


class Snapshot(msgspec.Struct, array_like=True):
    """One process's numbers at the moment `at` (seconds since 1970)."""

    pid: int
    at: float
    values: dict[str, list[tuple[Labels, Value]]]

    @property
    def alive(self) -> bool:
        return bool(self.pid) and _runs(self.pid) and time.time() - self.at < STALE


_decoder = msgspec.json.Decoder(Snapshot)


def own() -> Snapshot:
    """On the loop's thread, which is the one that counts."""
    values = {name: _copied(instrument.values) for name, instrument in INSTRUMENTS.items()}
    return Snapshot(os.getpid(), time.time(), values)


def write() -> None:
    """Leave this process's numbers for the others. Costs a millisecond."""
    if settings.METRICS_DIR:
        _replace(_file(node_id()), own())


def totals(mine: Snapshot) -> Totals:
    """This process's numbers and its siblings'. Reads files: not for the loop's thread."""
    if not settings.METRICS_DIR:
        return _summed([mine])
    with _locked():
        others = [read for file, read in _snapshots() if file != _file(node_id())]
    return _summed([mine, *others])


def fold() -> None:
    """Put the numbers of ended processes together into one file, so that restarts do not pile files up."""
    if not settings.METRICS_DIR:
        return
    with _locked():
        ended = [(file, read) for file, read in _snapshots() if not (read.pid and _runs(read.pid))]
        values = {name: list(found.items()) for name, found in _summed(read for _, read in ended).items()}
        _replace(_file(ENDED), Snapshot(0, 0.0, values))
        for file, _ in ended:
            if file != _file(ENDED):
                file.unlink()


def _copied(values: Values) -> list[tuple[Labels, Value]]:
    return [(labels, value[:] if isinstance(value, list) else value) for labels, value in values.items()]


def _summed(snapshots: Iterable[Snapshot]) -> Totals:
    sums: Totals = {name: {} for name in INSTRUMENTS}
    for snapshot in snapshots:
        for name, values in snapshot.values.items():
            instrument = INSTRUMENTS.get(name)
            if instrument is None or (instrument.kind == "gauge" and not snapshot.alive):
                continue
            held = sums[name]
            for labels, value in values:
                held[labels] = _merged(held.get(labels), value, instrument.across)
    return sums


def _merged(held: Value | None, value: Value, across: str) -> Value:
    if held is None:
        return value
    if isinstance(held, list):
        assert isinstance(value, list), "a histogram's values are lists in every process"
        return [a + b for a, b in zip(held, value, strict=True)]
    assert not isinstance(value, list)
    return max(held, value) if across == "max" else held + value


def _snapshots() -> Iterator[tuple[Path, Snapshot]]:
    for file in Path(settings.METRICS_DIR).glob("*.json"):
        yield file, _decoder.decode(file.read_bytes())


def _file(name: str) -> Path:
    return Path(settings.METRICS_DIR) / f"{name}.json"


def _replace(file: Path, snapshot: Snapshot) -> None:
    """At once, so that nobody reads half of it."""
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(snapshot))
    fresh.replace(file)


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Nobody reads while ended processes' files become one."""
    with (Path(settings.METRICS_DIR) / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
