"""What a measurement saw of one figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.bench import Bench


@dataclass(frozen=True, slots=True)
class Measured:
    """A value a round; `peer` is what was measured beside it, in the same rounds."""

    values: Sequence[float]
    peer: str = ""
    peer_values: Sequence[float] = field(default=())


Figures = dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Measure:
    """`run` yields these figures, on these backends."""

    names: tuple[str, ...]
    run: Callable[[Bench], Figures]
    backends: tuple[str, ...] = ("sqlite", "postgresql")


def ratio(ours: Sequence[float], peer: str, theirs: Sequence[float]) -> Measured:
    """Round by round."""
    return Measured([a / b for a, b in zip(ours, theirs, strict=True)], peer, theirs)
