"""A large collection: `python -m benchmarks.documents fill DOCUMENTS PLAYER`, and what `find` costs in it,
`python -m benchmarks.documents find SAMPLES`, beside a look-up in a table of its own, made by hand.
"""

import json
import random
import sys
from collections.abc import Callable
from typing import Any

import django

from benchmarks.in_turns import medians

NAME = "script.bench"
AT_ONCE = 1000
A_TAG = 20  # documents that have the same one
OWN = "bench_document"

Find = Callable[[int], list[str]]  # the texts of the documents of a number


def fill(count: int, player_id: str) -> None:
    """Documents with a field of their own and a list of tags, both indexed, of the player's stage."""
    from django.db import connection, transaction

    from cloudcode.collections import indexes
    from cloudcode.collections.changing import Target, insert
    from games.models import Stage

    stage = Stage.objects.get(players=player_id)
    for keys in ({"who": 1}, {"tags": 1}):
        index_id = indexes.ensure(stage.pk, NAME, keys, None)
        while index_id is not None and indexes.build(index_id):
            pass
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {OWN} (who text PRIMARY KEY, body text)")
    for start in range(0, count, AT_ONCE):
        made = [_document(number, count) for number in range(start, min(start + AT_ONCE, count))]
        with transaction.atomic(), connection.cursor() as cursor:
            insert(Target(stage.pk, NAME), made)
            rows = [(each["who"], json.dumps(each)) for each in made]
            cursor.executemany(f"INSERT INTO {OWN} VALUES (%s, %s)", rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _document(number: int, count: int) -> dict[str, Any]:
    tags = [f"t{number % max(1, count // A_TAG)}", f"u{number % 97}"]
    return {"_id": number, "who": f"p{number}", "score": number * 7919 % 1_000_003, "tags": tags}


def find(samples: int) -> dict[str, float]:
    """Medians in milliseconds: of `find` by the field and by a tag, as for a script, and by hand."""
    from django.db import connection

    from cloudcode.collections.finding import Asked, read
    from cloudcode.collections.finding import find as find_in
    from cloudcode.collections.places import InCollection
    from cloudcode.collections.storing import opened
    from cloudcode.models import Collection, Document

    stage_id = Collection.objects.get(name=NAME).stage_id
    count = Document.objects.count()

    def by(filter_: dict[str, object]) -> list[str]:
        inside = opened(stage_id, NAME)
        assert inside is not None
        return [
            bytes(each).decode() for each in find_in(InCollection(inside), read(Asked(filter_))).documents
        ]

    def by_hand(number: int) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT body FROM {OWN} WHERE who = %s", [f"p{number}"])
            return [row[0] for row in cursor.fetchall()]

    ways: dict[str, Find] = {
        "field": lambda number: by({"who": f"p{number}"}),
        "array": lambda number: by({"tags": f"t{number % max(1, count // A_TAG)}"}),
        "by_hand": by_hand,
    }
    chance = random.Random(3)
    asked = [chance.randrange(count) for _ in range(samples)]
    if not [len(ways["field"](each)) for each in asked] == [1] * samples:
        raise RuntimeError("a document is not found")
    return medians(ways, asked)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]), sys.argv[3])
    else:
        print(json.dumps(find(int(sys.argv[2]))))
