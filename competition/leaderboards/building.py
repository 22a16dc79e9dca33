"""A board is built from its totals, a piece in a transaction (competition-rules.md §3.5.1).

How far it has come is saved with each piece, and nobody sees the build before it is complete: whoever goes on
after a crash finds it as it was left. It shows the totals as they are while it is built, which begins some
seconds after its boundary.
"""

from collections.abc import Collection, Mapping, Sequence

from competition.achievements import triggers
from competition.achievements.types import achievements_of_board
from competition.events.total_records import stored_period
from competition.leaderboards import builds, entries, folding, places
from competition.leaderboards.changes import EntryChange, state_of
from competition.leaderboards.counted import CountedEntry, counted_entries
from competition.leaderboards.entry_values import key_of
from competition.leaderboards.source import Source
from competition.leaderboards.types import BoardType
from competition.models import BoardEntry, BoardInstance, BoardSchedule
from competition.owners import Owner
from competition.periods import date_of, period_of
from games.audit import record
from players.models import Player
from protocol.run import Run

AWARDS_AT_ONCE = 200
ADDING, AWARDS = "adding", "awards"


class Build:
    """Of one board at one boundary. `row` is locked by the caller, who saves it."""

    def __init__(self, row: BoardSchedule, board: BoardType, boundary_ms: int) -> None:
        self._row, self._board, self._boundary_ms = row, board, boundary_ms
        self._date = date_of(boundary_ms)
        # At a boundary of both, what is emptied is built first: as it was until then.
        period = period_of(board.reset, boundary_ms - 1)
        self._source = Source(row.stage_id, board, stored_period(board.reset, period))

    def begin(self) -> None:
        """What an abandoned build left is removed."""
        for instance in self._made().filter(ready=False):
            entries.clear(instance)
            instance.delete()

    def go_on(self, run: Run) -> bool:
        """One piece: entries of some owners, or then what they earn by their entries. Whether there may be
        more."""
        if self._row.step == AWARDS:
            return self._award(run)
        if self._add():
            return True
        self._show()
        self._row.step, self._row.cursor = AWARDS, ""
        return any(achievements_of_board(self._row.stage_id, self._board.code))

    def finish(self) -> None:
        code, stage = builds.code_of(self._board.code, self._date), self._row.stage
        record(None, "leaderboard.built", code, stage.game, stage=stage.name, entries=self._row.amount)

    def _add(self) -> bool:
        """The entries of the next owners. Whether there were any."""
        owners, self._row.cursor = self._source.next_owners(self._row.cursor)
        if owners is None:
            return False
        kept = self._source.records_of(owners)
        made = [
            (owner, entry)
            for owner in owners
            for entry in counted_entries(self._board, kept[owner], self._boundary_ms)
        ]
        self._write(made)
        self._row.amount += len(made)
        return True

    def _show(self) -> None:
        """Everybody sees it from now on."""
        made = self._made().filter(build=self._date)
        for instance in made:
            folding.rebuild(instance.pk)
        made.update(ready=True)
        self._row.built = self._date

    def _award(self, run: Run) -> bool:
        """What the next entries earn (§3.3.5). There is no old rank: a build is a list of its own."""
        made = self._made().filter(build=self._date, ready=True)
        rows = BoardEntry.objects.filter(instance__in=made, pk__gt=int(self._row.cursor or 0))
        found = list(rows.select_related("instance").order_by("pk")[:AWARDS_AT_ONCE])
        if not found:
            return False
        self._row.cursor = str(found[-1].pk)
        changes = [self._change(entry) for entry in found]
        origin = {"job": "competition.boards", "leaderboard": self._board.code}
        triggers.evaluate_entries(self._row.stage_id, changes, run, origin, self._boundary_ms)
        return True

    def _change(self, entry: BoardEntry) -> EntryChange:
        return EntryChange(
            stage_id=self._row.stage_id,
            board=self._board,
            board_code=entry.instance.code,
            instance_id=entry.instance_id,
            scope="",
            owner=entries.owner_of(entry),
            player_id=entry.player_id or "",
            old=None,
            new=state_of(entry),
            entry=entry,
        )

    def _made(self) -> "builds.Instances":
        return builds.of_board(self._row.stage_id, self._board.code)

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


def _locations(owners: Collection[Owner]) -> dict[str, Mapping[str, object]]:
    players = [each.player_id for each in owners if each.player_id is not None]
    return dict(Player.objects.filter(pk__in=players).values_list("pk", "location"))
