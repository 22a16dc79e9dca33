"""Counting against a naive bookkeeper: one post after another, and many at one moment."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from competition.events import total_records
from competition.events.posting import Posted
from competition.leaderboards import removing
from competition.models import BoardEntry, BoardInstance, Team, TeamMember, TotalRecord
from competition.owners import Owner
from games.models import Stage
from players.models import Player
from tests.competition.events.configured import event, total
from tests.competition.events.naive_totals import Bookkeeper, Post

Configure = Callable[..., Stage]
Log = Callable[..., Posted]

EVENT = event(("S", "number", "last"), ("L", "number", "grouped"))
TOTALS = [
    total("PLAIN", ("S", "sum"), ("S", "max", "gt", 0), ("S", "count", "mod", 3), groupBy=[], teamType=None),
    total("LEVELS", ("S", "min"), ("S", "sum", "lte", 2), groupBy=["L"], teamType=None),
    total("LATEST", ("S", "last"), groupBy=["L"], teamType=None),
    total("TEAMS", ("S", "sum"), ("S", "count", "ne", 1), groupBy=[], teamType="TEAM"),
    total("TEAM_LEVELS", ("S", "max"), groupBy=["L"], teamType="TEAM"),
]
NAMES = ["p0", "p1", "p2", "p3"]
MEMBERS = {"p0": [], "p1": ["one"], "p2": ["one", "two"], "p3": ["two"]}

POSTS = some.lists(
    some.tuples(
        some.sampled_from(NAMES),
        some.integers(-4, 9) | some.sampled_from([0.25, -1.75]),
        some.integers(0, 2),
        some.sampled_from(["", "", "c1"]),
    ),
    max_size=30,
)


@pytest.fixture
def world(configure: Configure, add_player: Callable[..., Player]) -> dict[str, Player]:
    """Four players, two teams: nobody of none, of one, of both."""
    stage = configure(events=[EVENT], runningTotals=TOTALS)
    players = {name: add_player(name, display_name=name) for name in NAMES}
    for name in ("one", "two"):
        team = Team.objects.create(
            stage=stage, team_id=name, team_type="TEAM", name=name, owner=players["p0"]
        )
        for member in NAMES:
            if name in MEMBERS[member]:
                TeamMember.objects.create(team=team, player=players[member])
    return players


def counted() -> list[tuple[str, str, str, str, str]]:
    rows = TotalRecord.objects.select_related("player", "team").exclude(total="SCORE")
    return sorted(
        (
            row.total,
            str(row.player or row.team),
            row.scope,
            json.dumps(json.loads(row.grouped), sort_keys=True),
            json.dumps(
                {name: float(value) for name, value in json.loads(row.counted).items()}, sort_keys=True
            ),
        )
        for row in rows
    )


@pytest.mark.django_db
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POSTS)
def test_posts_are_counted_as_a_bookkeeper_would(
    world: dict[str, Player], log: Log, posts: list[tuple[str, float, int, str]]
) -> None:
    TotalRecord.objects.all().delete()
    book = Bookkeeper(TOTALS)
    for name, score, level, scope in posts:
        values = {"S": score, "L": level}
        book.posts.append(Post(name, MEMBERS[name], values, scope))
        log(world[name], "SCORE", values, scope=scope, board="HS" if scope else None)
    assert counted() == book.records()


def at_once(calls: list[Callable[[], Posted]]) -> list[Posted]:
    """Each in a thread of its own."""

    def run(call: Callable[[], Posted]) -> Posted:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def chain(posted: list[Posted], total_code: str, name: str) -> list[Any]:
    """What each post found and left of one record, by what it left."""
    changes = [change for each in posted for change in each.totals if change.total == total_code]
    pairs = [((change.before or {}).get(name, 0), change.after[name]) for change in changes]
    return sorted(pairs, key=lambda pair: pair[1])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_posts_of_a_player_at_one_moment_all_count(world: dict[str, Player], log: Log) -> None:
    player = world["p0"]  # in no team, which posts would wait for as well
    calls = [lambda: log(player, "SCORE", {"S": 1, "L": 1}) for _ in range(50)]
    posted = at_once(calls)
    assert chain(posted, "PLAIN", "SUM-S") == [(number, number + 1) for number in range(50)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_posts_for_a_team_at_one_moment_all_count(
    world: dict[str, Player], log: Log, add_player: Callable[..., Player]
) -> None:
    team = Team.objects.get(team_id="one")
    members = [add_player(f"member{number}") for number in range(50)]
    TeamMember.objects.bulk_create(TeamMember(team=team, player=member) for member in members)
    posted = at_once([lambda member=member: log(member, "SCORE", {"S": 2, "L": 1}) for member in members])
    assert chain(posted, "TEAMS", "SUM-S") == [(2 * number, 2 * number + 2) for number in range(50)]
    assert TotalRecord.objects.filter(total="TEAMS").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(
        some.tuples(some.sampled_from(NAMES), some.integers(-4, 9), some.integers(0, 2)),
        min_size=10,
        max_size=40,
    )
)
def test_posts_at_one_moment_are_counted_as_a_bookkeeper_would(
    world: dict[str, Player], log: Log, posts: list[tuple[str, int, int]]
) -> None:
    """Players of one team, of another and of both, in every order: nobody waits for each other for ever."""
    TotalRecord.objects.all().delete()
    book = Bookkeeper(TOTALS)
    book.posts = [Post(name, MEMBERS[name], {"S": score, "L": level}) for name, score, level in posts]
    at_once([lambda post=post: log(world[post.player], "SCORE", post.values) for post in book.posts])
    ordered = [record for record in book.records() if record[0] != "LATEST"]  # whichever was the last
    assert [record for record in counted() if record[0] != "LATEST"] == ordered


def await_waiting(thread: Thread) -> None:
    """Until the thread is done, or its statement waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone():
                return


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_taken_off_a_board_while_its_owner_posts_goes_with_its_total(
    configure: Configure, ana: Player, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post has read the total when somebody else begins: they wait for it."""
    field = {"runningTotal": "SCORE", "collector": "S", "sort": "desc"}
    configure(events=[event(("S", "number", "sum"))], leaderboards=[{"shortCode": "HS", "fields": [field]}])
    log(ana, "SCORE", {"S": 5})
    instance, read = BoardInstance.objects.get(), total_records.read

    def take_away() -> None:
        removing.delete_entries(instance, Owner(ana.pk), with_totals=True)
        connections.close_all()

    thread = Thread(target=take_away)

    def read_and_let_others_in(addresses: Any) -> Any:
        held = read(addresses)
        thread.start()
        await_waiting(thread)
        return held

    monkeypatch.setattr(total_records, "read", read_and_let_others_in)
    log(ana, "SCORE", {"S": 1})
    thread.join()
    assert (TotalRecord.objects.count(), BoardEntry.objects.count()) == (0, 0)
