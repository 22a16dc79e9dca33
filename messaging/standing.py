"""Where a copy stands when it is stored: undecided, or decided ahead for a player who is away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from messaging.decision import Decision, Target, decide, needs_devices
from messaging.decision_inputs import noted
from messaging.policy import Policy

UNDECIDED_MS = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision's columns of a new row, and the devices whose pushes are queued beside it.

    `decided` as in PlayerMessage.
    """

    state: str
    reason: str
    due_ms: int | None
    push: tuple[Target, ...] = ()
    decided: str = ""


BLOCKED = Standing("closed", "suppressed_blocked", None)
CANCELLED = Standing("closed", "cancelled_by_script", None)


def undecided(now: int) -> Standing:
    """To be decided after the commit; if nobody does, the sweeper finds it."""
    return Standing("waiting", "", now + UNDECIDED_MS)


def decide_away(
    policy: Policy,
    player_ids: Iterable[str],
    targets: Mapping[str, tuple[Target, ...]],
    expires_ms: int,
    now: int,
) -> dict[str, Standing]:
    """The standings of players who are away, so that their rows are written once.

    `targets` are the devices of those who have any. One decision does for all who have none.
    """
    situation = policy.situation(online=False, expired=expires_ms <= now)
    deviceless = _standing(decide(replace(situation, devices=())), expires_ms)
    if not needs_devices(situation):
        return dict.fromkeys(player_ids, deviceless)
    return {
        player_id: _standing(
            decide(replace(situation, devices=targets[player_id])),
            expires_ms,
            noted(now, False, targets[player_id]),
        )
        if player_id in targets
        else deviceless
        for player_id in player_ids
    }


def _standing(decision: Decision, expires_ms: int, decided: str = "") -> Standing:
    if decision.owed:
        return Standing("waiting", decision.reason, expires_ms, decision.push, decided)
    return Standing("closed", decision.reason, None, decision.push, decided)
