"""The running totals that a board is built from: whose they are, and what they hold, some at a time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Min, Q

from competition.leaderboards.records import Record, read_record
from competition.leaderboards.types import BoardType
from competition.models import TotalRecord
from competition.owners import Owner

RECORDS_AT_ONCE = 500


class Source:
    """`period` as records have it."""

    def __init__(self, stage_id: int, board: BoardType, period: str) -> None:
        self._board = board
        owner = Q(player__isnull=False) if board.team_type is None else Q(team__isnull=False)
        self._counted = owner & Q(stage=stage_id, scope="", period=period)

    def next_owners(self, cursor: str) -> tuple[Sequence[Owner] | None, str]:
        """Owners whom no page before had, maybe none, and the cursor behind them. None: that was the last."""
        if not self._board.sorted_fields:
            return None, cursor
        rows = TotalRecord.objects.filter(self._leading, pk__gt=int(cursor or 0)).order_by("pk")
        records = list(rows.values_list("pk", "player_id", "team_id")[:RECORDS_AT_ONCE])
        if not records:
            return None, cursor
        first = {Owner(player, team): pk for pk, player, team in reversed(records)}
        seen = TotalRecord.objects.filter(self._leading, _of(first))
        oldest = seen.values_list("player_id", "team_id").annotate(Min("pk"))
        new = [owner for player, team, pk in oldest if first.get(owner := Owner(player, team)) == pk]
        return new, str(records[-1][0])

    def records_of(self, owners: Collection[Owner]) -> Mapping[Owner, Mapping[str, list[Record]]]:
        """By running total, the oldest first."""
        kept: dict[Owner, dict[str, list[Record]]] = {each: defaultdict(list) for each in owners}
        rows = TotalRecord.objects.filter(self._counted, _of(owners), total__in=self._board.totals)
        for player, team, total, *texts in rows.order_by("pk").values_list(
            "player_id", "team_id", "total", "grouped", "counted"
        ):
            kept[Owner(player, team)][total].append(read_record(*texts))
        return kept

    @property
    def _leading(self) -> Q:
        """Whoever has an entry has a record of the first sorted field's total."""
        return self._counted & Q(total=self._board.sorted_fields[0].total)


def _of(owners: Collection[Owner]) -> Q:
    players = [each.player_id for each in owners if each.player_id is not None]
    teams = [each.team_pk for each in owners if each.team_pk is not None]
    return Q(player__in=players) if players else Q(team__in=teams)
