"""A game's match types, ready to use: the section `matches` of its configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from games.config_store import configs


@dataclass(frozen=True, slots=True)
class Threshold:
    """In force until `until_ms` after a player asked (§8.2.2). `kind`: "absolute", "relative", "percent"."""

    until_ms: int
    kind: str
    low: float
    high: float

    def window(self, skill: float) -> tuple[float, float]:
        """The lowest and the highest skill that somebody of this skill accepts, both included.

        [undecided → a percentage of a negative skill is one of its size.]
        """
        if self.kind == "absolute":
            return self.low, self.high
        if self.kind == "relative":
            return skill - self.low, skill + self.high
        size = abs(skill)
        return skill - size * self.low / 100, skill + size * self.high / 100


@dataclass(frozen=True, slots=True)
class MatchType:
    """`thresholds` has one at least. `accept_from`: the place of the threshold from which `least` players are
    enough; None: never (§8.2.5). `expire_ms` 0: an open match never closes."""

    code: str
    least: int
    most: int
    thresholds: tuple[Threshold, ...]
    accept_from: int | None = None
    drop_in: bool = False
    disconnect_delay_ms: int = 0
    expire_ms: int = 0
    manual: bool = False
    realtime: bool = False

    def place_at(self, waited_ms: int) -> int:
        """Of the threshold in force after this time; their number when the last has ended."""
        for place, threshold in enumerate(self.thresholds):
            if waited_ms < threshold.until_ms:
                return place
        return len(self.thresholds)

    def next_change(self, waited_ms: int) -> int:
        """How long after the request the threshold then in force ends."""
        place = min(self.place_at(waited_ms), len(self.thresholds) - 1)
        return self.thresholds[place].until_ms


def read_type(item: Mapping[str, Any]) -> MatchType:
    rows = item["thresholds"]
    ends = period_ends([row["period"] for row in rows])
    accepting = [place for place, row in enumerate(rows) if row["acceptMinPlayers"]]
    return MatchType(
        code=item["shortCode"],
        least=item["minPlayers"],
        most=item["maxPlayers"],
        thresholds=tuple(
            Threshold(end, row["type"], row["min"], row["max"]) for end, row in zip(ends, rows, strict=True)
        ),
        accept_from=accepting[0] if accepting else None,
        drop_in=item["dropInDropOut"],
        disconnect_delay_ms=item["disconnectDelay"] * 1000,
        expire_ms=item["expireSeconds"] * 1000,
        manual=item["manual"],
        realtime=item["realtime"],
    )


def period_ends(periods: Sequence[float]) -> list[int]:
    """When each threshold ends, in milliseconds after the request (§8.1).

    A period is such an end, in seconds. A list that does not rise was written as durations, and is read so.
    """
    rising = all(earlier < later for earlier, later in pairwise(periods))
    return [round(end * 1000) for end in (periods if rising else accumulate(periods))]


def match_type(stage_id: int, code: str) -> MatchType | None:
    """None for a type that is not configured (any more), or has no thresholds."""
    types: Mapping[str, MatchType] = configs.current(stage_id).sections["matches"]
    return types.get(code)
