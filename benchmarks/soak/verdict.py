"""Whether the end of a soak is as its beginning was: pure functions of its samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.soak.samples import Sample

GROWTH, SLOWER = 1.05, 1.3


@dataclass(frozen=True, slots=True)
class Compared:
    """A median of the second sixth (of an hour: minutes 10 to 20) and of the last."""

    name: str
    unit: str
    before: float
    after: float
    most: float

    @property
    def ratio(self) -> float:
        return self.after / self.before if self.before else 1.0

    @property
    def held(self) -> bool:
        return self.ratio <= self.most


MEASURES: tuple[tuple[str, str, float, Callable[[Sample], float]], ...] = (
    ("memory", "MB", GROWTH, lambda sample: sample.memory_mb),
    ("descriptors", "files", GROWTH, lambda sample: sample.descriptors),
    ("database connections", "connections", GROWTH, lambda sample: sample.connections),
    ("p99", "ms", SLOWER, lambda sample: sample.felt.p99_ms),
)


def compare(samples: Sequence[Sample], minutes: float) -> list[Compared]:
    """ValueError when a sixth has no sample."""
    sixth = minutes / 6
    early = [sample for sample in samples if sixth <= sample.minute < 2 * sixth]
    late = [sample for sample in samples if 5 * sixth <= sample.minute < minutes]
    if not early or not late:
        raise ValueError(f"{minutes:g} minutes are too short to compare anything")
    return [
        Compared(name, unit, median(map(of, early)), median(map(of, late)), most)
        for name, unit, most, of in MEASURES
    ]


def lost(samples: Sequence[Sample]) -> int:
    """Messages that were sent and had not come when the last sample was taken."""
    return samples[-1].felt.sent - samples[-1].felt.delivered
