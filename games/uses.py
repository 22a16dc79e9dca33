"""What uses a part of the configuration, in words: for pages, and before the part is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """`kind` is a word such as "script". `needed`: what is used so may not be deleted."""

    kind: str
    name: str
    needed: bool = False


class StillUsed(Exception):
    """It cannot be deleted: `uses` need it."""

    def __init__(self, uses: Sequence[Use]) -> None:
        super().__init__("; ".join(f"{use.kind} {use.name}" for use in uses))
        self.uses = uses
