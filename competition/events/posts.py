"""A post, and what it changed first: what all who look at a post are handed (§1.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from competition.owners import Owner
from protocol.run import Run


@dataclass(frozen=True, slots=True)
class Posting:
    """One event of one player, with its values (`competition.events.values`).

    `scope` is "" for what counts in the stage's own totals and leaderboards, else a challenge's id: then it
    counts in the challenge's own totals, and on its one leaderboard, the short code `board`; without that on
    none. `origin` is what the messages that it causes are sent by.
    """

    stage_id: int
    player_id: str
    event_code: str
    values: Mapping[str, Any]
    at_ms: int
    run: Run
    origin: Mapping[str, Any]
    scope: str = ""
    board: str | None = None


@dataclass(frozen=True, slots=True)
class TotalChange:
    """A record of a running total that a post counted in, whether its values changed by it or not.

    `before` (None for a new record) and `after` are the collectors' values by wire name, `group` the grouped
    attributes, `posted` the post's values. `reset` is `never`, or how often the leaderboards that this record
    is for are emptied, and `period` then the first day of their period.
    """

    total: str
    owner: Owner
    group: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    posted: Mapping[str, Any]
    reset: str = "never"
    period: str = ""
