"""What scripts do to leaderboards: entries taken off, partitions archived, lists dropped."""

from typing import TYPE_CHECKING, Any

from cloudcode.operations import board_at
from cloudcode.operations.board_at import At
from cloudcode.operations.boards import Board
from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from competition.leaderboards import dropping, instances, removing
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost


class Delete(Arguments, frozen=True):
    """`identifier`: a player's id or a team's. `custom_ids` as far as they are given; `one`: the owner's only
    entry."""

    at: At
    identifier: str
    with_totals: bool
    custom_ids: dict[str, Any] | None
    one: bool


class Drop(Arguments, frozen=True):
    at: At
    with_totals: bool


@operation("board.deleteEntries", Delete)
async def delete_entries(host: "ScriptHost", asked: Delete) -> bool:
    """Whether there were any. Refused where entries are not kept in real time (§3.4.3), and for the one of
    many."""

    def delete() -> bool:
        found = board_at.must_find(host, asked.at)
        owner = board_at.owner_of(host, found.board, asked.identifier)
        try:
            if found.instance is None or owner is None:
                return False
            if asked.one:
                return removing.delete_entry(found.instance, owner, asked.with_totals)
            return removing.delete_entries(found.instance, owner, asked.with_totals, asked.custom_ids)
        except removing.NotPossible as fault:
            raise Refused(str(fault)) from None

    return await database.run(delete)


@operation("board.drop", Drop)
async def drop(host: "ScriptHost", asked: Drop) -> None:
    """This list alone; of a partitioned leaderboard each partition is one."""

    def act() -> None:
        found = board_at.must_find(host, asked.at)
        if found.instance is None:
            return
        if asked.with_totals:
            dropping.drop_with_totals(found.instance)
        else:
            instances.drop(found.instance)

    await database.run(act)


@operation("board.archive", Board)
async def archive(host: "ScriptHost", asked: Board) -> None:
    def act() -> None:
        found = board_at.must_find(host, asked.at)
        if found.instance is not None and found.is_partition:
            instances.archive(found.instance)

    await database.run(act)
