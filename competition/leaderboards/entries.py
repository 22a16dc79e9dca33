"""Entries are written and removed here alone, each change with the moves that keep the counts right.

In the caller's transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from competition.leaderboards import counts
from competition.models import BoardBucket, BoardEntry, BoardInstance, BoardMove
from competition.owners import Owner
from realtime.sql import IN_LIST, among, by_vendor, encode_list, given, given_values

if TYPE_CHECKING:
    Entries = QuerySet[BoardEntry]

AT_ONCE = 2000

_CHANGE = f"""
UPDATE competition_boardentry
SET place = g.at, "values" = g.fields, when_ms = g.when_ms, city = g.city, country = g.country
FROM {given("g", pk="bigint", at="text", fields="text", when_ms="bigint", city="text", country="text")}
WHERE competition_boardentry.id = g.pk
"""
_IN_NUMBERS = among(
    by_vendor(
        sqlite="SELECT value FROM json_each(%s)",
        postgresql="SELECT json_array_elements_text(%s::json)::bigint",
    )
)
_OWNERS = {"player_id": f"player_id {IN_LIST}", "team_id": f"team_id {_IN_NUMBERS}"}
_HOLD = f"""
SELECT * FROM competition_boardentry
WHERE {{owner}} AND instance_id {_IN_NUMBERS} AND custom_id {IN_LIST}
ORDER BY id {by_vendor(sqlite="", postgresql="FOR NO KEY UPDATE")}
"""
_HOLD_LISTS = f"""
SELECT 1 FROM competition_boardinstance WHERE id {_IN_NUMBERS}
ORDER BY id {by_vendor(sqlite="", postgresql="FOR KEY SHARE")}
"""
_encode = msgspec.json.encode


def owner_of(entry: BoardEntry) -> Owner:
    return Owner(entry.player_id, entry.team_id)


def of_owner(owner: Owner) -> "Entries":
    if owner.team_pk is not None:
        return BoardEntry.objects.filter(team=owner.team_pk)
    return BoardEntry.objects.filter(player=owner.player_id)


def whose(owner: Owner, custom_id: str) -> str:
    """Ends an entry's place: the player's id, or the team's key (§3.2.1)."""
    name = owner.player_id if owner.team_pk is None else f"{owner.team_pk:016x}"
    return f"{name} {custom_id}".rstrip()


def locate(entry: BoardEntry, location: Mapping[str, Any]) -> None:
    """Players' entries say where the player is (§3.1.6)."""
    entry.city, entry.country = (_text(location.get(each)) for each in ("city", "country"))


def _text(value: Any) -> str:
    return value[:255] if isinstance(value, str) else ""


def hold(
    list_ids: Collection[int], owners: Collection[Owner], custom_ids: Collection[str]
) -> list[BoardEntry]:
    """The owners' entries on these lists, with these custom ids; nobody else changes them until the
    transaction ends."""
    players = sorted({owner.player_id for owner in owners if owner.player_id is not None})
    teams = sorted({owner.team_pk for owner in owners if owner.team_pk is not None})
    lists, customs = encode_list(sorted(list_ids)), encode_list(sorted(custom_ids))
    return [
        entry
        for column, ids in (("player_id", players), ("team_id", teams))
        if ids and list_ids
        for entry in BoardEntry.objects.raw(
            _HOLD.format(owner=_OWNERS[column]), [encode_list(ids), lists, customs]
        )
    ]


def add(new: Sequence[BoardEntry]) -> None:
    if not new:
        return
    BoardEntry.objects.bulk_create(new)
    counts.moved((entry.instance_id, entry.place, 1) for entry in new)


def change(changed: Sequence[tuple[BoardEntry, str]]) -> None:
    """Entries whose rows the caller has locked, with the places that they had."""
    if not changed:
        return
    rows = [
        (entry.pk, entry.place, _encode(entry.values).decode(), entry.when_ms, entry.city, entry.country)
        for entry, _ in changed
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, given_values(rows))
    counts.moved(
        move
        for entry, old in changed
        if entry.place != old
        for move in ((entry.instance_id, old, -1), (entry.instance_id, entry.place, 1))
    )


def remove(entries: "Entries") -> int:
    """How many there were. Of owners whom the caller holds, so that no list gets any more of theirs."""
    _hold_lists(entries)
    removed = 0
    locked = entries.order_by("pk").select_for_update(no_key=True, of=("self",))
    while found := list(locked[:AT_ONCE]):
        BoardEntry.objects.filter(pk__in=[entry.pk for entry in found]).delete()
        counts.moved((entry.instance_id, entry.place, -1) for entry in found)
        removed += len(found)
    return removed


def _hold_lists(entries: "Entries") -> None:
    """As posts do, before the entries: who drops a list takes them in this order too."""
    list_ids = sorted(set(entries.values_list("instance", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_LISTS, [encode_list(list_ids)])


def clear(instance: BoardInstance) -> None:
    """Remove them all. Posts that are under way end first, others wait."""
    BoardInstance.objects.select_for_update().get(pk=instance.pk)
    for model in (BoardEntry, BoardBucket, BoardMove):
        model.objects.filter(instance=instance).delete()
