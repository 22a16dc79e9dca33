"""Ways to the same answer, timed in turns, so that whatever else the machine does falls on all of them."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Q = TypeVar("Q")


def medians(ways: Mapping[str, Callable[[Q], object]], asked: Sequence[Q]) -> dict[str, float]:
    """Of each way, in milliseconds."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for question in asked:
        for name, way in ways.items():
            start = time.perf_counter()
            way(question)
            took[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(each) for name, each in took.items()}
