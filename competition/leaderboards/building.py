"""A board is built from its totals, a piece in a transaction (competition-rules.md §3.5.1).

How far it has come is saved with each piece, and nobody sees the build before it is complete: whoever goes on
after a crash finds it as it was left. It shows the totals as they are while it is built, which begins some
seconds after its boundary.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Min, Q

from competition.events.total_records import stored_period
from competition.leaderboards import builds, entries, folding, places
from competition.leaderboards.counted import CountedEntry, counted_entries
from competition.leaderboards.entry_values import key_of
from competition.leaderboards.records import Record, read_record
from competition.leaderboards.types import BoardType
from competition.models import BoardEntry, BoardInstance, BoardSchedule, TotalRecord
from competition.owners import Owner
from competition.periods import date_of, period_of
from games.audit import record
from players.models import Player

RECORDS_AT_ONCE = 500


class Build:
    """Of one board at one boundary. `row` is locked by the caller, who saves it."""

    def __init__(self, row: BoardSchedule, board: BoardType, boundary_ms: int) -> None:
        self._row, self._board, self._boundary_ms = row, board, boundary_ms
        self._date = date_of(boundary_ms)
        # At a boundary of both, what is emptied is built first: as it was until then.
        self._period = stored_period(board.reset, period_of(board.reset, boundary_ms - 1))

    def begin(self) -> None:
        """What an abandoned build left is removed."""
        for instance in self._made().filter(ready=False):
            entries.clear(instance)
            instance.delete()

    def go_on(self) -> bool:
        """Add the entries of the next owners. Whether there were any."""
        records = self._next_records()
        if not records:
            return False
        self._row.cursor = str(records[-1][0])
        owners = self._first_seen(records)
        kept = self._records_of(owners)
        made = [
            (owner, each)
            for owner in owners
            for each in counted_entries(self._board, kept[owner], self._boundary_ms)
        ]
        self._write(made)
        self._row.amount += len(made)
        return True

    def finish(self) -> None:
        """Everybody sees it from now on."""
        made = self._made().filter(build=self._date)
        for instance in made:
            folding.rebuild(instance.pk)
        made.update(ready=True)
        self._row.built = self._date
        game = self._row.stage.game
        code = builds.code_of(self._board.code, self._date)
        record(None, "leaderboard.built", code, game, stage=self._row.stage.name, entries=self._row.amount)

    def _made(self) -> "builds.Instances":
        return builds.of_board(self._row.stage_id, self._board.code)

    def _counted(self) -> Q:
        owner = Q(player__isnull=False) if self._board.team_type is None else Q(team__isnull=False)
        return owner & Q(stage=self._row.stage_id, scope="", period=self._period)

    def _leading(self) -> Q:
        """Whoever has an entry has a record of the first sorted field's total."""
        return self._counted() & Q(total=self._board.sorted_fields[0].total)

    def _next_records(self) -> list[tuple[int, str | None, int | None]]:
        if not self._board.sorted_fields:
            return []
        rows = TotalRecord.objects.filter(self._leading(), pk__gt=int(self._row.cursor or 0)).order_by("pk")
        return list(rows.values_list("pk", "player_id", "team_id")[:RECORDS_AT_ONCE])

    def _first_seen(self, records: Iterable[tuple[int, str | None, int | None]]) -> list[Owner]:
        """Without those whose entries were made when an older record of theirs came."""
        found = {Owner(player, team): pk for pk, player, team in reversed(list(records))}
        rows = TotalRecord.objects.filter(self._leading(), _of(found))
        oldest = rows.values_list("player_id", "team_id").annotate(Min("pk"))
        return [owner for player, team, pk in oldest if found.get(owner := Owner(player, team)) == pk]

    def _records_of(self, owners: Collection[Owner]) -> Mapping[Owner, Mapping[str, list[Record]]]:
        kept: dict[Owner, dict[str, list[Record]]] = {each: defaultdict(list) for each in owners}
        rows = TotalRecord.objects.filter(self._counted(), _of(owners), total__in=self._board.totals)
        for player, team, total, *texts in rows.order_by("pk").values_list(
            "player_id", "team_id", "total", "grouped", "counted"
        ):
            kept[Owner(player, team)][total].append(read_record(*texts))
        return kept

    def _write(self, made: Sequence[tuple[Owner, CountedEntry]]) -> None:
        owners = [owner for owner, _ in made]
        lists = self._lists({each.code for _, each in made})
        since = builds.since_when(self._row.stage_id, self._board, self._row.built, owners)
        locations = _locations(owners)
        new = []
        for owner, each in made:
            key = key_of(self._board, each.values)
            entry = BoardEntry(
                instance=lists[each.code],
                player_id=owner.player_id,
                team_id=owner.team_pk,
                custom_id=each.custom_id,
                when_ms=since.get((each.code, owner, each.custom_id, key), self._boundary_ms),
            )
            entry.values = each.values
            entry.place = places.place(key, entry.when_ms, entries.whose(owner, each.custom_id))
            entries.locate(entry, locations.get(owner.player_id or "", {}))
            new.append(entry)
        BoardEntry.objects.bulk_create(new)  # counted all at once, by `finish`

    def _lists(self, codes: Collection[str]) -> dict[str, BoardInstance]:
        named = {builds.code_of(code, self._date): code for code in codes}
        BoardInstance.objects.bulk_create(
            [
                BoardInstance(
                    stage_id=self._row.stage_id,
                    board=self._board.code,
                    code=code,
                    build=self._date,
                    ready=False,
                )
                for code in sorted(named)
            ],
            ignore_conflicts=True,
        )
        rows = BoardInstance.objects.filter(stage=self._row.stage_id, scope="", period="", code__in=named)
        return {named[row.code]: row for row in rows}


def _of(owners: Collection[Owner]) -> Q:
    players = [each.player_id for each in owners if each.player_id is not None]
    teams = [each.team_pk for each in owners if each.team_pk is not None]
    return Q(player__in=players) if players else Q(team__in=teams)


def _locations(owners: Collection[Owner]) -> dict[str, Mapping[str, object]]:
    players = [each.player_id for each in owners if each.player_id is not None]
    return dict(Player.objects.filter(pk__in=players).values_list("pk", "location"))
