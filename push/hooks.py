"""What push must ask of whoever owns the messages, and tell them: handed in, not imported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one push of a message. A message to three devices has three, in any order.

    `reason` is one of interfaces.md, "Reasons": `pushed`, `pushed_sandbox`, `push_failed:<code>`,
    `push_retrying:<code>`, `no_device`, `expired`, `suppressed_cap`, or what `wanted` said.
    """

    player_message_id: str
    player_id: str
    reason: str


Wanted = Callable[[Sequence[str]], dict[str, str]]
Badges = Callable[[Sequence[str]], dict[str, int]]
Receiver = Callable[[Sequence[Outcome]], None]


@dataclass(slots=True)
class Hooks:
    """All run in a database thread; `outcome` inside the transaction that writes the attempts.

    `wanted(message ids)` gives the reason of each that is to be pushed no more.
    `badges(player ids)` gives the number to show on each player's icon.
    """

    wanted: Wanted
    badges: Badges
    outcome: Receiver


def _all_wanted(message_ids: Sequence[str]) -> dict[str, str]:
    return {}


def _no_badges(player_ids: Sequence[str]) -> dict[str, int]:
    return {}


def _untold(outcomes: Sequence[Outcome]) -> None:
    return None


hooks = Hooks(_all_wanted, _no_badges, _untold)


def set_hooks(wanted: Wanted, badges: Badges, outcome: Receiver) -> None:
    hooks.wanted, hooks.badges, hooks.outcome = wanted, badges, outcome
