"""The first entries of several lists at once, as somebody sees them: a few statements, however many lists."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from competition.leaderboards.circles import Circle
from competition.leaderboards.views import READ, Ranked
from competition.models import BoardEntry
from realtime.sql import given, given_values, look_up

_BEHIND_ALL = "\U0010ffff"  # no entry's place is a text that comes after it

# Of each list, the entries before the place that the number given leads to.
_FIRST = f"""
SELECT g.instance, e.id
FROM (SELECT l.instance, coalesce((SELECT place FROM competition_boardentry
  WHERE instance_id = l.instance ORDER BY place LIMIT 1 OFFSET %s), %s) AS ends
 FROM {given("l", instance="bigint")}) g
{look_up("competition_boardentry", "e", "e.instance_id = g.instance AND e.place < g.ends")}
ORDER BY e.place
"""
Places = dict[int, list[int]]  # of each list, keys of entries, the best first


def first_entries(list_ids: Sequence[int], circle: Circle, number: int) -> dict[int, list[Ranked]]:
    """As many of each list, at most, ranked from 1 among those of the circle. Three statements at most."""
    seen = _shown(list_ids, circle) if circle.shown is not None else _not_left_out(list_ids, circle, number)
    kept = {list_id: found[:number] for list_id, found in seen.items()}
    rows = BoardEntry.objects.select_related("player", "team").only(*READ)
    entries = rows.in_bulk([pk for found in kept.values() for pk in found])
    return {
        list_id: [Ranked(rank, entries[pk]) for rank, pk in enumerate(found, 1)]
        for list_id, found in kept.items()
    }


def _shown(list_ids: Sequence[int], circle: Circle) -> Places:
    assert circle.shown is not None
    rows = BoardEntry.objects.filter(circle.shown, instance__in=list_ids).order_by("place")
    return _by_list(rows.values_list("instance_id", "pk"))


def _not_left_out(list_ids: Sequence[int], circle: Circle, number: int) -> Places:
    left_out: set[int] = set()
    most = 0
    if circle.left_out is not None:
        rows = BoardEntry.objects.filter(circle.left_out, instance__in=list_ids)
        gone = _by_list(rows.values_list("instance_id", "pk"))
        left_out = {pk for found in gone.values() for pk in found}
        most = max(map(len, gone.values()), default=0)
    with connection.cursor() as cursor:
        given_lists = given_values([(list_id,) for list_id in list_ids])
        cursor.execute(_FIRST, [number + most, _BEHIND_ALL, *given_lists])
        return _by_list(cursor.fetchall(), left_out)


def _by_list(rows: Iterable[Sequence[int]], without: Collection[int] = ()) -> Places:
    found: Places = defaultdict(list)
    for list_id, pk in rows:
        if pk not in without:
            found[list_id].append(pk)
    return found
