"""The faults by name, on both back ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.outcome import Outcome
from benchmarks.faults.pushes import black_hole, kills, wrong_account
from benchmarks.faults.pushes.installation import INSTALLATIONS, Installation


@dataclass(frozen=True, slots=True)
class PushFault:
    title: str
    backend: str
    suffer: Callable[[Installation, bool], Awaitable[Outcome]]

    async def run(self, folder: Path, short: bool = False) -> Outcome:
        """Raises FaultFailed."""
        async with INSTALLATIONS[self.backend](folder) as installation:
            return await self.suffer(installation, short)


_KINDS = {"push_kills": kills, "push_black_hole": black_hole, "push_wrong_account": wrong_account}
FAULTS = {
    f"{name}_{backend.partition(' ')[0]}": PushFault(kind.TITLE, backend, kind.run)
    for backend in INSTALLATIONS
    for name, kind in _KINDS.items()
}
