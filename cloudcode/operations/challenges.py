"""Challenges of the stage: any script may read and change any of them."""

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from django.db import transaction

from cloudcode import locks
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from competition.challenges import scripting
from competition.challenges.holding import Act, Stand
from competition.models import Challenge
from protocol.dates import now_ms
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost


class OfChallenge(Arguments, frozen=True):
    challenge_id: str


class Changes(msgspec.Struct, rename="camel"):
    """By name; None takes away."""

    script_data: dict[str, Any] = {}
    private_data: dict[str, Any] = {}


class Save(Arguments, frozen=True):
    challenge_id: str
    changes: Changes


class Move(Arguments, frozen=True):
    """What happens to it; to, or by, which player where that says something."""

    challenge_id: str
    what: Literal["start", "win", "draw", "take_turn", "consume_turn", "remove_player"]
    player_id: str | None


@operation("challenge.load", OfChallenge)
async def load(host: "ScriptHost", asked: OfChallenge) -> dict[str, Any] | None:
    return await database.run(_load, host.stage_id, asked.challenge_id)


def _load(stage_id: int, challenge_id: str) -> dict[str, Any] | None:
    row = Challenge.objects.filter(stage_id=stage_id, pk=challenge_id).first()
    if row is None:
        return None
    players = list(row.players.order_by("place", "id"))
    return {
        "shortCode": row.short_code,
        "runState": row.state,
        "challengerId": row.challenger_id,
        "accepted": [each.player_id for each in players if each.stand == Stand.ACCEPTED],
        "challenged": [each.player_id for each in players if each.challenged],
        "declined": [each.player_id for each in players if each.stand == Stand.DECLINED],
        "start": row.start_ms,
        "end": row.end_ms,
        "expiry": row.expiry_ms,
        "scriptData": row.script_data,
        "privateData": row.private_data,
    }


@operation("challenge.save", Save)
async def save(host: "ScriptHost", asked: Save) -> None:
    """Key by key, so that runs that set different ones do not undo each other."""
    sound({"changes": msgspec.to_builtins(asked.changes)})
    await locks.wait_for_others(host.caller.budget, host.stage_id, f"challenge:{asked.challenge_id}")

    def write() -> None:
        with transaction.atomic():
            for kind in ("script_data", "private_data"):
                for name, value in getattr(asked.changes, kind).items():
                    scripting.set_data(_act(host), host.stage_id, asked.challenge_id, kind, name, value)

    await database.run(write)


@operation("challenge.move", Move)
async def move(host: "ScriptHost", asked: Move) -> bool:
    """Whether it could be done; what cannot changes nothing. Its messages join the run's queue."""
    await locks.wait_for_others(host.caller.budget, host.stage_id, f"challenge:{asked.challenge_id}")
    change = getattr(scripting, asked.what)
    whom = () if asked.what in ("start", "draw") else (asked.player_id or "",)

    def act() -> bool:
        with transaction.atomic():
            done: bool = change(_act(host), host.stage_id, asked.challenge_id, *whom)
        return done

    return await database.run(act)


def _act(host: "ScriptHost") -> Act:
    return Act(host.caller.run, now_ms(), host.script.name)
