"""Running totals that a post changed reach the boards that stand on them (§3.1).

In the post's transaction, which holds the rows of the player and of the teams: nobody else changes their
entries meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.db import connection

from competition.events.posts import Posting, TotalChange
from competition.leaderboards import entries, instances, places
from competition.leaderboards.changes import EntryChange, EntryState, state_of
from competition.leaderboards.entry_values import Target, Values, key_of, targets_of, values_of
from competition.leaderboards.instances import Key
from competition.leaderboards.types import BoardType, board_type, boards
from competition.models import BoardEntry, BoardInstance
from competition.owners import Owner
from players.models import Player

# What documents show of the player, and where it is: as text, since a whole row takes three times as long.
_SHOWN = "SELECT display_name, external_ids, location FROM players_player WHERE id = %s"


@dataclass(slots=True)
class _Reached:
    """What a post makes of an entry: its fields, and what it was. `entry` None: it is yet to be made."""

    target: Target
    values: Values
    entry: BoardEntry | None
    old: EntryState | None


def feed(posting: Posting, changes: Sequence[TotalChange]) -> tuple[EntryChange, ...]:
    """Each entry that the post reached, changed or not, in the order of the configuration."""
    targets = [target for board in _boards(posting) for target in _targets(posting, board, changes)]
    if not targets:
        return ()
    lists = instances.hold(posting.stage_id, posting.scope, [target.code for target in targets])
    reached = list(_reached(posting, targets, lists))
    missing = {
        _key(each.target): each.target.board.code for each in reached if _key(each.target) not in lists
    }
    if missing:
        lists |= instances.make(posting.stage_id, posting.scope, missing)
    _write(posting, reached, lists)
    return tuple(_change(posting, each) for each in reached)


def _boards(posting: Posting) -> list[BoardType]:
    """A challenge's own, whatever its update frequency (§3.7), else all that are kept up to date."""
    if posting.scope:
        board = board_type(posting.stage_id, posting.board) if posting.board else None
        return [] if board is None else [board]
    return [board for board in boards(posting.stage_id).values() if board.is_real_time]


def _targets(posting: Posting, board: BoardType, changes: Sequence[TotalChange]) -> list[Target]:
    reset = "never" if posting.scope else board.reset
    return targets_of(board, [each for each in changes if each.total in board.totals and each.reset == reset])


def _key(target: Target) -> Key:
    return target.code, target.period


def _reached(
    posting: Posting, targets: Sequence[Target], lists: Mapping[Key, BoardInstance]
) -> Iterator[_Reached]:
    held = _hold_entries(targets, [lists[_key(each)].pk for each in targets if _key(each) in lists])
    for target in targets:
        instance = lists.get(_key(target))
        if instance is not None and instance.archived:
            continue
        entry = held.get((instance.pk, target.owner, target.custom_id)) if instance else None
        values = values_of(target, posting, entry.values if entry else None)
        if values is not None:
            yield _Reached(target, values, entry, state_of(entry) if entry else None)


def _hold_entries(
    targets: Sequence[Target], list_ids: Sequence[int]
) -> dict[tuple[int, Owner, str], BoardEntry]:
    """What the owners have on these lists, locked."""
    found = entries.hold(
        set(list_ids), {target.owner for target in targets}, {target.custom_id for target in targets}
    )
    return {(entry.instance_id, entries.owner_of(entry), entry.custom_id): entry for entry in found}


def _write(posting: Posting, reached: Sequence[_Reached], lists: Mapping[Key, BoardInstance]) -> None:
    new, changed, moved = [], [], []
    for each in reached:
        old, is_new = each.old, each.entry is None
        entry = each.entry = each.entry or _entry(each.target, lists[_key(each.target)])
        key = key_of(each.target.board, each.values)
        moves = old is None or places.key_of(old.place) != key
        if moves:
            entry.place = places.place(
                key, posting.at_ms, entries.whose(each.target.owner, each.target.custom_id)
            )
            entry.when_ms = posting.at_ms
            moved.append(entry)
        if is_new:
            new.append(entry)
        elif moves or entry.values != each.values:
            changed.append((entry, old.place if old else ""))
        entry.values = each.values
    _locate(posting, moved)
    entries.add(new)
    entries.change(changed)


def _entry(target: Target, instance: BoardInstance) -> BoardEntry:
    return BoardEntry(
        instance=instance,
        player_id=target.owner.player_id,
        team_id=target.owner.team_pk,
        custom_id=target.custom_id,
    )


def _locate(posting: Posting, moved: Sequence[BoardEntry]) -> None:
    """Players' entries say where the player was at posting (§3.1.6)."""
    located = [entry for entry in moved if entry.player_id is not None]
    if located:
        with connection.cursor() as cursor:
            cursor.execute(_SHOWN, [posting.player_id])
            name, external_ids, location = cursor.fetchone()
        player = Player(
            id=posting.player_id, display_name=name, external_ids=msgspec.json.decode(external_ids)
        )
        for entry in located:
            entry.player = player
            entries.locate(entry, msgspec.json.decode(location))


def _change(posting: Posting, reached: _Reached) -> EntryChange:
    target, entry = reached.target, reached.entry
    assert entry is not None
    return EntryChange(
        stage_id=posting.stage_id,
        board=target.board,
        board_code=target.code,
        instance_id=entry.instance_id,
        scope=posting.scope,
        owner=target.owner,
        player_id=posting.player_id,
        old=reached.old,
        new=state_of(entry),
        entry=entry,
    )
