"""Who has entries on several leaderboards, on one or another, or on one but not another: decided in SQL."""

from typing import TYPE_CHECKING, Any

import msgspec
from django.db.models import Q

from cloudcode.operations import board_at
from cloudcode.operations.board_at import At
from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from competition.models import BoardEntry
from players.models import Player
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

MOST_LEADERBOARDS = 20
MOST_PLAYERS = 10_000


class Evaluate(Arguments, frozen=True):
    """`expression`: a leaderboard (an At), or `[what, left, right]` with "union", "intersection" or
    "difference"."""

    expression: Any


@operation("board.evaluate", Evaluate)
async def evaluate(host: "ScriptHost", asked: Evaluate) -> list[str]:
    """Ids of players, in their order."""
    if len(_leaves(asked.expression)) > MOST_LEADERBOARDS:
        raise Refused(f"more than {MOST_LEADERBOARDS} leaderboards")

    def read() -> list[str]:
        rows = Player.objects.filter(_condition(host, asked.expression), stage_id=host.stage_id)
        found = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_PLAYERS + 1])
        if len(found) > MOST_PLAYERS:
            raise Refused(f"more than {MOST_PLAYERS} players")
        return found

    return await database.run(read)


def _leaves(expression: Any) -> list[Any]:
    if not isinstance(expression, list):
        return [expression]
    return [leaf for part in expression[1:] for leaf in _leaves(part)]


def _condition(host: "ScriptHost", expression: Any) -> Q:
    """On players."""
    if not isinstance(expression, list):
        return _on_list(host, expression)
    if len(expression) != 3:
        raise Refused("wrong arguments: no such set")
    what, left, right = expression[0], _condition(host, expression[1]), _condition(host, expression[2])
    if what == "union":
        return left | right
    if what == "intersection":
        return left & right
    if what == "difference":
        return left & ~right
    raise Refused("wrong arguments: no such set")


def _on_list(host: "ScriptHost", leaf: Any) -> Q:
    try:
        at = msgspec.convert(leaf, At)
    except msgspec.ValidationError as fault:
        raise Refused(f"wrong arguments: {fault}") from None
    found = board_at.must_find(host, at)
    if found.board.team_type is not None:
        raise Refused("teams' leaderboards are no sets of players")
    if found.instance is None:
        return Q(pk__in=())
    circle, rows = board_at.circle(host, at, found), BoardEntry.objects.filter(instance=found.instance)
    if circle.shown is not None:
        rows = rows.filter(circle.shown)
    if circle.left_out is not None:
        rows = rows.exclude(circle.left_out)
    return Q(pk__in=rows.values("player"))
