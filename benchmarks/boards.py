"""A large leaderboard: `python -m benchmarks.boards fill FRIENDS PLAYER`, and what a rank on it costs,
`python -m benchmarks.boards ranks SAMPLES`, beside counting by an index and beside Redis.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import django

Rank = Callable[[str], tuple[int, int]]  # of a place: how many stand before it, how many there are

BEST = 1_000_000_000
ZSET = "bench:board"
AT_ONCE = 10_000
COPY = """
COPY competition_boardentry (instance_id, player_id, custom_id, place, "values", when_ms, city, country)
FROM STDIN
"""


def fill(friends: int, player_id: str) -> None:
    """An entry at a random value for each player who cannot log in; some of them are the player's friends."""
    from django.db import connection, transaction

    from competition.leaderboards import folding
    from competition.leaderboards.places import place, sort_key
    from competition.models import BoardInstance
    from games.models import Stage
    from players.models import Friendship, Player

    others = list(Player.objects.filter(auth_tokens=None).order_by("id").values_list("id", flat=True))
    stage = Stage.objects.get(players=player_id)
    instance = BoardInstance.objects.create(stage=stage, board="HS", code="HS")
    chance = random.Random(1)
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for other in others:
            value = chance.randrange(BEST)
            there = place(sort_key([(value, True)]), 0, other)
            copy.write_row((instance.pk, other, "", there, f'{{"S":{value}}}', 0, "", ""))
    linked = others[:: max(1, len(others) // friends)][:friends]
    Friendship.objects.bulk_create(
        Friendship(player_id=one, friend_id=other, source="linked")
        for friend in linked
        for one, other in ((player_id, friend), (friend, player_id))
    )
    folding.rebuild(instance.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def ranks(samples: int) -> dict[str, float]:
    """Medians in milliseconds of a rank and the number of all, of entries at random; all must agree."""
    import redis
    from django.db import connection

    from competition.leaderboards import counts
    from competition.models import BoardEntry, BoardInstance

    instance = BoardInstance.objects.get().pk
    places = list(BoardEntry.objects.order_by("place").values_list("place", flat=True))
    zset = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    for start in range(0, len(places), AT_ONCE):
        zset.zadd(ZSET, dict.fromkeys(places[start : start + AT_ONCE], 0))  # in the order of their texts
    chance = random.Random(2)
    asked = [chance.choice(places) for _ in range(samples)]

    def by_buckets(place: str) -> tuple[int, int]:
        return counts.ahead(instance, [place])[0], counts.count(instance)

    def by_index(place: str) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE place < %s), count(*)"
                " FROM competition_boardentry WHERE instance_id = %s",
                [place, instance],
            )
            found = cursor.fetchone()
        return int(found[0]), int(found[1])

    def by_redis(place: str) -> tuple[int, int]:
        pipe = zset.pipeline(transaction=False)
        pipe.zrank(ZSET, place)
        pipe.zcard(ZSET)
        ahead, count = pipe.execute()
        return int(ahead), int(count)

    few = asked[: max(5, samples // 20)]  # counting a million takes its time
    if not [by_buckets(each) for each in few] == [by_index(each) for each in few] == [*map(by_redis, few)]:
        raise RuntimeError("the ranks differ")
    ways = {"buckets": by_buckets, "redis": by_redis}
    took = _medians(ways, asked) | _medians({"index": by_index}, few)
    zset.delete(ZSET)
    return took


def _medians(ways: Mapping[str, Rank], places: Sequence[str]) -> dict[str, float]:
    """Milliseconds, taken in turns."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for place in places:
        for name, rank in ways.items():
            start = time.perf_counter()
            rank(place)
            took[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(each) for name, each in took.items()}


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]), sys.argv[3])
    else:
        print(json.dumps(ranks(int(sys.argv[2]))))
