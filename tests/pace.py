"""How slow the machine is just now: for tests that say how long something may take at most."""

import time

ROUNDS = 300_000
USUAL = 0.025  # seconds that they take where the tests' bounds were set, with nothing beside them


def slowness() -> float:
    """1 there, or where it is quicker; 3 where everything takes three times as long."""
    began = time.perf_counter()
    sum(number * number for number in range(ROUNDS))
    return max(1.0, (time.perf_counter() - began) / USUAL)
