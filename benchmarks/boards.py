"""A large leaderboard: `python -m benchmarks.boards fill FRIENDS PLAYER`, and what a rank on it costs,
`python -m benchmarks.boards ranks SAMPLES`, beside counting by an index and beside Redis.
"""

import json
import os
import random
import sys
from collections.abc import Callable

import django
from django.db.models import Max

from benchmarks.in_turns import medians
from competition.leaderboards import places

Rank = Callable[[str], tuple[int, int]]  # of a place: how many stand before it, how many there are

BEST = 1_000_000_000
ZSET = "bench:board"
AT_ONCE = 10_000
PAGE = 100_000  # players
TIED = 100  # one entry in so many
COPY = """
COPY competition_boardentry (instance_id, player_id, custom_id, place, "values", when_ms, city, country)
FROM STDIN
"""


def fill(friends: int, player_id: str) -> None:
    """An entry at random values for each player who cannot log in and has none yet; a hundredth of them tie.
    Some of the first ones are friends of the player, whom nobody is a friend of yet."""
    from django.db import connection, transaction

    from competition.leaderboards import folding
    from competition.models import BoardEntry, BoardInstance
    from games.models import Stage
    from players.models import Friendship, Player

    stage = Stage.objects.get(players=player_id)
    instance, _ = BoardInstance.objects.get_or_create(stage=stage, board="HS", code="HS")
    last = BoardEntry.objects.aggregate(last=Max("player_id"))["last"] or ""
    others = Player.objects.filter(auth_tokens=None).order_by("id").values_list("id", flat=True)
    chance = random.Random(last)
    while page := list(others.filter(id__gt=last)[:PAGE]):
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for number, other in enumerate(page):
                tied = number % TIED == 0
                score, tie = (BEST // 2, 50) if tied else (chance.randrange(BEST), chance.randrange(100))
                there = places.place(places.sort_key([(score, True), (tie, False)]), 0, other)
                copy.write_row((instance.pk, other, "", there, f'{{"S":{score},"T":{tie}}}', 0, "", ""))
        last = page[-1]
    if not Friendship.objects.filter(player=player_id).exists():
        _befriend(player_id, friends)
    folding.rebuild(instance.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _befriend(player_id: str, number: int) -> None:
    from players.models import Friendship, Player

    others = list(Player.objects.filter(auth_tokens=None).order_by("id").values_list("id", flat=True))
    linked = others[:: max(1, len(others) // number)][:number]
    Friendship.objects.bulk_create(
        Friendship(player_id=one, friend_id=other, source="linked")
        for friend in linked
        for one, other in ((player_id, friend), (friend, player_id))
    )


def ranks(samples: int) -> dict[str, float]:
    """Medians in milliseconds of a rank and the number of all, of entries at random; all must agree."""
    import redis
    from django.db import connection

    from competition.leaderboards import counts
    from competition.models import BoardEntry, BoardInstance

    instance = BoardInstance.objects.get().pk
    ordered = list(BoardEntry.objects.order_by("place").values_list("place", flat=True))
    zset = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    for start in range(0, len(ordered), AT_ONCE):
        zset.zadd(ZSET, dict.fromkeys(ordered[start : start + AT_ONCE], 0))  # in the order of their texts
    chance = random.Random(2)
    asked = [chance.choice(ordered) for _ in range(samples)]

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
    took = medians(ways, asked) | medians({"index": by_index}, few)
    zset.delete(ZSET)
    return took


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]), sys.argv[3])
    else:
        print(json.dumps(ranks(int(sys.argv[2]))))
