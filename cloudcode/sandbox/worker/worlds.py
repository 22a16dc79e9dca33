"""The worlds of this process: one, and another for each run that is nested in a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from cloudcode.sandbox.worker.context import PRELUDE
from cloudcode.sandbox.worker.engine import Compiled, Limits
from cloudcode.sandbox.worker.world import World


class Worlds:
    def __init__(self, compiled: Compiled, limits: Limits) -> None:
        self._compiled, self._limits = compiled, limits
        first = self.make(PRELUDE)
        self._image = first.image
        self._free = [first]

    def make(self, prelude: str) -> World:
        return World(self._compiled, self._limits.memory, None, prelude)

    @contextmanager
    def one(self) -> Iterator[World]:
        """A fresh world; afterwards it is set back, or given up where another is cheaper or safer."""
        world = self._free.pop() if self._free else self._copy()
        try:
            yield world
        finally:
            if world.is_spent:
                world.close()
                if not self._free:
                    self._free.append(self._copy())
            else:
                world.set_back()
                self._free.append(world)

    def _copy(self) -> World:
        return World(self._compiled, self._limits.memory, self._image, "")
