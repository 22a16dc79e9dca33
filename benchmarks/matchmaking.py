"""How long a pass of matchmaking takes, from rows to rows, and whether two workers do each thing once.

    python -m benchmarks.matchmaking [--players 10000] [--backend postgresql] [--queries same|own] [--json]

A fresh database in which so many players wait for one match type of 2 to 4 players and three thresholds, with
skills at random; a tenth of them have a custom query. Two workers look for what is due: at first everybody
has just come, later each threshold ends for all at one moment. Beforehand some thousands are matched to warm
up. Each row says how long the worker's transaction took, MatchFound rows included, and what came of it.
In the end nobody may be in two matches or have gone missing; exits 1 and says so, if somebody is.

`--queries same`: a tenth ask for one of five countries. `own`: each of them asks for what nobody is, which is
the worst that players can do to each other.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.broadcasts import MIGRATED, Wrong, database, make_players

if TYPE_CHECKING:
    from games.models import Stage

API_KEY = "bench0000002"
COUNTRIES = ("UK", "US", "FR", "DE", "JP")
QUERIED = 10  # one in so many players
WARM = 2000
STEPS = (("relative", 1, 1), ("relative", 3, 3), ("percent", 25, 50))
TYPE = {
    "shortCode": "RANKED",
    "minPlayers": 2,
    "maxPlayers": 4,
    "thresholds": [
        {"period": 10.0 * place, "type": kind, "min": low, "max": high, "acceptMinPlayers": place == 1}
        for place, (kind, low, high) in enumerate(STEPS, 1)
    ],
}


@dataclass(frozen=True, slots=True)
class Pass:
    """What the worker that had the pool did, in seconds: `took` by the clock; `busy` of this process's own
    time, without what PostgreSQL does and what others do on the same cores."""

    took: float
    busy: float
    matched: int
    waiting: int
    messages: int


def run(players: int, queries: str, warm: int = WARM) -> dict[str, Pass]:
    """What became due, and the passes; raises Wrong."""
    from competition.models import Participant, PendingMatch, WaitingPlayer
    from messaging.models import PlayerMessage
    from protocol.dates import now_ms
    from realtime.process import spare_the_collector

    spare_the_collector()  # as every serving process does
    stage = make_game()
    make_players(stage, players + warm)
    ids = list(stage.players.order_by("id").values_list("pk", flat=True))
    chance = random.Random(8)
    ask(stage, ids[players:], "warm", now_ms(), chance, queries)
    two_workers(now_ms() + 1)
    WaitingPlayer.objects.all().delete()
    PendingMatch.objects.all().delete()
    began = now_ms() + 60_000
    ask(stage, ids[:players], None, began, chance, queries)
    moments = (("all have come", 1), ("the second threshold begins", 10_001), ("the third", 20_001))
    passes = {
        what: two_workers(began + after_ms) for what, after_ms in (*moments, ("the last has ended", 30_001))
    }
    often = Counter(Participant.objects.values_list("player", flat=True))
    missed = PlayerMessage.objects.filter(message__message_class="MatchNotFoundMessage").count()
    in_one = sum(1 for player_id in ids[:players] if often[player_id] == 1)
    if in_one + missed != players or WaitingPlayer.objects.exists():
        raise Wrong("somebody is in two matches, has gone missing, or still waits")
    return passes


def table(passes: Mapping[str, Pass]) -> str:
    head = f"{'what is due':>30} {'s':>7} {'CPU s':>7} {'matched':>8} {'waiting':>8} {'messages':>9}"
    rows = [
        f"{what:>30} {done.took:7.2f} {done.busy:7.2f} {done.matched:8,} {done.waiting:8,} {done.messages:9,}"
        for what, done in passes.items()
    ]
    return "\n".join([head, *rows])


def make_game() -> "Stage":
    from games.publishing import create_game
    from games.sections import all_sections

    game = create_game("Bench", None, API_KEY)
    section = next(each for each in all_sections() if each.name == "matches")
    section.apply(game, [TYPE], None)
    return game.stage("preview")


def ask(
    stage: "Stage", ids: list[str], group: str | None, at_ms: int, chance: random.Random, queries: str
) -> None:
    """As competition.matches.asking does it, but for all at once."""
    from competition.matches.pools import PoolName, pool_of
    from competition.matches.storing import as_text
    from competition.models import PendingMatch, WaitingPlayer

    pool = pool_of(PoolName(stage.pk, "RANKED", group))
    pending, waiting = [], []
    for place, player_id in enumerate(ids):
        skill = round(chance.uniform(0, 3000), 1)
        country = chance.choice(COUNTRIES)
        query: dict[str, Any] | None = None
        if place % QUERIED == 0:
            wanted = country if queries == "same" else f"nowhere {place}"
            query = {"players.participantData.country": wanted}
        asked = {"pool": pool, "skill": skill}
        pending.append(PendingMatch(player_ids=as_text([player_id]), due_ms=at_ms, **asked))
        waiting.append(
            WaitingPlayer(
                pending=pending[-1],
                player_id=player_id,
                since_ms=at_ms,
                participant_data=as_text({"country": country}),
                custom_query=as_text(query),
                **asked,
            )
        )
    PendingMatch.objects.bulk_create(pending, 1000)
    WaitingPlayer.objects.bulk_create(waiting, 1000)


def two_workers(now_ms: int) -> Pass:
    """Both look at the same moment; one of them gets the pool."""
    from competition.models import Participant, WaitingPlayer
    from messaging.models import PlayerMessage

    matched, messages = Participant.objects.count(), PlayerMessage.objects.count()
    busy = time.process_time()
    with ThreadPoolExecutor(2) as threads:
        took = [seconds for seconds in threads.map(_work, [now_ms] * 2) if seconds is not None]
    return Pass(
        took=max(took, default=0.0),
        busy=time.process_time() - busy,
        matched=Participant.objects.count() - matched,
        waiting=WaitingPlayer.objects.filter(pool__match_group__isnull=True).count(),
        messages=PlayerMessage.objects.count() - messages,
    )


def _work(now_ms: int) -> float | None:
    """How long the pass took; None when the other worker had the pool."""
    from django.db import connections

    from competition.matches.bringing import bring, due_pools

    took = None
    for pool_id in due_pools(now_ms):
        began = time.perf_counter()
        if bring(pool_id, now_ms) is not None:
            took = time.perf_counter() - began
    connections.close_all()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--players", type=int, default=10_000)
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--migrated", type=Path, help=MIGRATED)
    parser.add_argument("--warm", type=int, default=WARM, help="so many are matched beforehand")
    parser.add_argument("--queries", choices=["same", "own"], default="same")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    with database(options.backend, options.migrated):
        try:
            passes = run(options.players, options.queries, options.warm)
        except Wrong as wrong:
            print(f"WRONG: {wrong}")
            return 1
    print(json.dumps([asdict(each) for each in passes.values()]) if options.json else table(passes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
