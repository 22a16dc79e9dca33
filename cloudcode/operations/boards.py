"""Leaderboards of the stage, as scripts read them."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from cloudcode.operations import board_at
from cloudcode.operations.board_at import At, Found
from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from competition.leaderboards import builds, counts, entries, instances, places
from competition.leaderboards.changes import percent
from competition.leaderboards.looking import has_custom_ids
from competition.leaderboards.types import BoardType, boards
from competition.leaderboards.views import Ranked, View
from competition.models import BoardInstance
from games.one_moment import one_moment
from protocol.dates import format_date
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

T = TypeVar("T")

MOST_AT_ONCE = 100


class Board(Arguments, frozen=True):
    at: At


class Nothing(Arguments, frozen=True):
    pass


class Page(Arguments, frozen=True):
    at: At
    number: int
    offset: int


class Player(Arguments, frozen=True):
    """From the player's best entry on, with the custom ids if there are any; `offset` entries of it on."""

    at: At
    player_id: str
    custom_ids: dict[str, Any] | None
    number: int
    offset: int


class Owned(Arguments, frozen=True):
    at: At
    identifier: str
    custom_ids: dict[str, Any] | None


class Score(Arguments, frozen=True):
    at: At
    score: dict[str, Any]


@operation("board.find", Board)
async def find(host: "ScriptHost", asked: Board) -> dict[str, Any] | None:
    def look() -> dict[str, Any] | None:
        found = board_at.find(host, asked.at)
        return None if found is None else _facts(found)

    return await database.run(look)


def _facts(found: Found) -> dict[str, Any]:
    board = found.board
    return {
        "shortCode": found.code,
        "name": board.name,
        "description": board.description,
        "propertySet": board.property_set,
        "scoreFields": [field.name for field in board.fields],
        "idFields": [field.name for field in board.id_fields],
        "isPartition": found.is_partition,
        "isPartitioned": board.is_partitioned and found.code == board.code,
        "isArchived": found.instance is not None and found.instance.archived,
    }


@operation("board.all", Nothing)
async def all_boards(host: "ScriptHost", asked: Nothing) -> list[str]:
    """The codes of those configured, each with its complete builds behind it, the newest first."""

    def look() -> list[str]:
        known = boards(host.stage_id)
        rows = BoardInstance.objects.filter(stage_id=host.stage_id, scope="", board__in=known, ready=True)
        built: dict[str, list[str]] = {}
        for code, date in rows.exclude(build="").order_by("-build").values_list("board", "build"):
            built.setdefault(code, []).append(builds.code_of(code, date))
        return [shown for code in known for shown in (code, *built.get(code, ()))]

    return await database.run(look)


@operation("board.partitions", Board)
async def partitions(host: "ScriptHost", asked: Board) -> list[str]:
    def look() -> list[str]:
        found = board_at.must_find(host, asked.at)
        return [] if found.is_partition else instances.partitions_of(host.stage_id, found.board)

    return await database.run(look)


@operation("board.count", Board)
async def count(host: "ScriptHost", asked: Board) -> int:
    return await _of_view(host, asked.at, 0, lambda _, view: view.count())


@operation("board.page", Page)
async def page(host: "ScriptHost", asked: Page) -> list[dict[str, Any]]:
    """From the best on."""
    number, offset = _within(asked.number), max(asked.offset, 0)
    return await _of_view(host, asked.at, [], lambda _, view: _shown(view, view.page(number, offset)))


@operation("board.fromPlayer", Player)
async def from_player(host: "ScriptHost", asked: Player) -> list[dict[str, Any]]:
    """Nothing where the player has no such entry, or the ids are none of the leaderboard's (§3.4.4)."""
    number, offset = _within(asked.number), max(asked.offset, 0)

    def look(found: Found, view: View) -> list[dict[str, Any]]:
        own = _ranked_of(host, found, view, asked.player_id, asked.custom_ids)
        return _shown(view, view.page(number, own[0].rank - 1 + offset)) if own else []

    return await _of_view(host, asked.at, [], look)


@operation("board.ofOwner", Owned)
async def of_owner(host: "ScriptHost", asked: Owned) -> list[dict[str, Any]]:
    """A player's, or on a team's leaderboard a team's; the best first."""
    return await _of_view(
        host,
        asked.at,
        [],
        lambda found, view: _shown(
            view, _ranked_of(host, found, view, asked.identifier, asked.custom_ids)[:MOST_AT_ONCE]
        ),
    )


@operation("board.rankOf", Score)
async def rank_of(host: "ScriptHost", asked: Score) -> int | None:
    """Where such a score would stand, behind those who have the same. None on a team's leaderboard and in
    views (competition-rules.md §3.4.3)."""

    def look() -> int | None:
        found = board_at.must_find(host, asked.at)
        if asked.at.view != "all" or found.board.team_type is not None:
            return None
        key = _key(found.board, asked.score)
        if found.instance is None:
            return 1
        return counts.ahead(found.instance.pk, [places.after_equals(key)])[0] + 1

    return await database.run(look)


def _key(board: BoardType, score: Mapping[str, Any]) -> str:
    missing = [field.name for field in board.sorted_fields if score.get(field.name) is None]
    if missing:
        raise Refused(f"the score has no {missing[0]}")
    return places.sort_key((score[field.name], field.sort == "desc") for field in board.sorted_fields)


async def _of_view(host: "ScriptHost", at: At, nothing: T, look: Callable[[Found, View], T]) -> T:
    """All of it as of one moment, so that entries have the ranks that they say."""

    def run() -> T:
        with one_moment():
            found = board_at.must_find(host, at)
            view = board_at.view_of(host, at, found)
            return nothing if view is None else look(found, view)

    return await database.run(run)


def _ranked_of(
    host: "ScriptHost", found: Found, view: View, identifier: str, custom_ids: Mapping[str, Any] | None
) -> list[Ranked]:
    """The owner's entries in the view. Those that it leaves out stand nowhere."""
    owner = board_at.owner_of(host, found.board, identifier)
    if owner is None or found.instance is None:
        return []
    rows = entries.of_owner(owner).filter(instance=found.instance).order_by("place")
    own = [row.place for row in rows if has_custom_ids(found.board, row.values, custom_ids or {})]
    around = (ranked for place in own for ranked in view.around(place, 0))
    return [ranked for ranked in around if ranked.entry.place in own]


def _shown(view: View, ranked: Iterable[Ranked]) -> list[dict[str, Any]]:
    number = view.count()
    return [_entry(each, number) for each in ranked]


def _entry(ranked: Ranked, number: int) -> dict[str, Any]:
    entry = ranked.entry
    player, team = entry.player, entry.team
    return {
        "values": entry.values,
        "rank": ranked.rank,
        "rankPercentage": percent(ranked.rank, max(number, 1)),
        "userId": player.pk if player is not None else team.team_id if team is not None else None,
        "userName": player.display_name if player is not None else team.name if team is not None else None,
        "when": format_date(entry.when_ms),
    }


def _within(number: int) -> int:
    return min(max(number, 0), MOST_AT_ONCE)
