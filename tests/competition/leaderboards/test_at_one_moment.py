"""Posts, foldings and deletions at one moment, in threads, on PostgreSQL: nothing deadlocks, nothing is lost
and no rank is given twice."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from competition import teams
from competition.events.posting import Posted, post
from competition.events.posts import Posting
from competition.leaderboards import folding, instances, reading, removing
from competition.models import BoardBucket, BoardEntry, BoardInstance, BoardMove
from competition.owners import Owner
from competition.requests import leaderboards
from competition.team_types import TeamType
from games.models import Stage
from players.models import Player
from protocol.handling import in_transaction
from protocol.registry import Result
from protocol.request import Request
from protocol.run import Run
from protocol.schemas.convert import convert
from protocol.schemas.fields import Schema
from protocol.schemas.leaderboards import AroundMeLeaderboardRequest, LeaderboardDataRequest
from protocol.session import Rights, Session
from tests.competition.at_once import at_once
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import board, country, field

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

Boards = Callable[..., Stage]
AddPlayer = Callable[..., Player]

TEAM_TOTAL = {
    "shortCode": "RT",
    "event": "SCORE",
    "teamType": "TEAM",
    "collectors": [{"attribute": "S", "calculation": "sum"}],
}
TEAM_BOARD = board({**field(sort="desc"), "runningTotal": "RT"}, teamType="TEAM")


def send(player: Player, event: str = "SCORE", when: int = 0, **values: object) -> Posted:
    if event == "SCORE":
        values = {"LEFT": 0, "NOTE": "", **values}
    posting = Posting(player.stage_id, player.pk, event, values, NOW_MS + when, Run(), {})
    return post(posting)


def in_a_thread(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connections.close_all()


def check(instance: BoardInstance) -> None:
    found = reading.top(instance, 10_000)
    assert reading.ranks_of(instance, found) == list(range(1, len(found) + 1))
    assert reading.count(instance) == len(found)


def test_ranks_stay_exact_while_many_post_and_others_fold_and_delete(
    boards: Boards, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "BUCKET", 4)
    monkeypatch.setattr(folding, "AT_ONCE", 7)
    stage = boards(board(topN=3), board(field("LEFT", "asc"), code="LEFT"))
    players = [add_player(f"p{number}") for number in range(24)]
    done = Event()

    def play(seed: int) -> None:
        chance = random.Random(seed)
        for step in range(25):
            who = chance.choice(players)
            with transaction.atomic():
                changes = send(who, when=step, S=chance.randrange(1000), LEFT=chance.randrange(1000)).entries
                assert [change.standing.now >= 1 for change in changes] == [True, True]

    def tidy() -> None:
        while not done.is_set():
            folding.fold_all()

    def delete() -> None:
        chance = random.Random(99)
        while not done.is_set():
            instance = instances.find(stage.pk, "HS", now=NOW_MS)
            if instance is not None:
                removing.delete_entries(instance, Owner(chance.choice(players).pk))

    with ThreadPoolExecutor(8) as threads:
        beside = [threads.submit(in_a_thread, work) for work in (tidy, tidy, delete)]
        playing = [threads.submit(in_a_thread, lambda seed=seed: play(seed)) for seed in range(5)]
        try:
            for each in playing:
                each.result(120)
        finally:
            done.set()
        for each in beside:
            each.result(30)
    for instance in BoardInstance.objects.all():
        check(instance)
    while folding.fold_all() or BoardMove.objects.exists():
        pass
    for instance in BoardInstance.objects.all():
        check(instance)
        sizes = BoardBucket.objects.filter(instance=instance).values_list("amount", flat=True)
        assert sum(sizes) == BoardEntry.objects.filter(instance=instance).count()


def test_the_first_posts_to_a_partition_make_one_list(boards: Boards, add_player: AddPlayer) -> None:
    stage = boards(board(country(sort="desc"), country("COUNTRY", group="partition")))
    players = [add_player(f"p{number}") for number in range(6)]
    at_once(*[lambda each=each: send(each, "HSWC", SCORE=1, COUNTRY="UK") for each in players])
    instance = BoardInstance.objects.get()
    assert (instance.code, instance.stage_id, reading.count(instance)) == ("HS.COUNTRY.UK", stage.pk, 6)
    check(instance)


def test_posts_of_one_player_at_one_moment_leave_one_entry_with_the_best(boards: Boards, ana: Player) -> None:
    stage = boards(board())
    posted = at_once(*[lambda value=value: send(ana, S=value) for value in range(6)])
    improved = [change.new.values["S"] for each in posted for change in each.entries if change.improved]
    assert max(improved) == 5
    assert [entry.values for entry in BoardEntry.objects.all()] == [{"S": 5}]
    instance = instances.find(stage.pk, "HS", now=NOW_MS)
    assert instance is not None
    check(instance)


def test_posts_of_a_team_s_members_at_one_moment_all_count(
    boards: Boards, ana: Player, add_player: AddPlayer
) -> None:
    boards(TEAM_BOARD, runningTotals=[TEAM_TOTAL])
    team = teams.make(TeamType("TEAM"), ana, "Team", "team")
    others = [add_player(f"p{number}") for number in range(4)]
    for each in others:
        with transaction.atomic():
            teams.join(team, each.pk)
    at_once(*[lambda each=each: send(each, S=10) for each in (ana, *others)])
    (entry,) = BoardEntry.objects.all()
    assert (entry.team_id, entry.values) == (team.pk, {"SUM-S": 50})


def test_a_post_and_the_drop_of_its_partition_at_one_moment_leave_a_right_board(
    boards: Boards, ana: Player, bo: Player
) -> None:
    boards(board(country(sort="desc"), country("COUNTRY", group="partition")))
    for _ in range(5):
        with transaction.atomic():
            send(ana, "HSWC", SCORE=1, COUNTRY="UK")
        instance = BoardInstance.objects.get()
        at_once(
            lambda: send(bo, "HSWC", SCORE=2, COUNTRY="UK"),
            lambda instance=instance: instances.drop(instance),
        )
        for left in BoardInstance.objects.all():
            assert {entry.player_id for entry in left.entries.all()} == {bo.pk}
            check(left)
            instances.drop(left)
        assert BoardMove.objects.count() == 0


def test_a_player_who_posts_and_is_deleted_at_one_moment_leaves_right_counts(
    boards: Boards, ana: Player, add_player: AddPlayer
) -> None:
    stage = boards(board())
    with transaction.atomic():
        send(ana, S=1)
    for number in range(5):
        goer = add_player(f"goer{number}")
        with transaction.atomic():
            send(goer, S=2)
        at_once(lambda goer=goer: send(goer, S=3), lambda goer=goer: goer.delete())
        instance = instances.find(stage.pk, "HS", now=NOW_MS)
        assert instance is not None
        check(instance)
        assert reading.count(instance) == 1


def test_a_player_with_a_team_who_posts_and_is_deleted_at_one_moment_leaves_nothing(
    boards: Boards, ana: Player, add_player: AddPlayer
) -> None:
    boards(TEAM_BOARD, board(code="OWN"), runningTotals=[TEAM_TOTAL])
    for number in range(8):
        goer = add_player(f"goer{number}")
        with transaction.atomic():
            team = teams.make(TeamType("TEAM"), goer, "Team", f"team{number}")
            teams.join(team, ana.pk)
            send(goer, S=1)
        posts = [lambda who=who: send(who, S=2) for who in (goer, ana, goer)]
        at_once(lambda goer=goer: goer.delete(), *posts)
        assert {entry.player_id for entry in BoardEntry.objects.all()} == {ana.pk}
        for instance in BoardInstance.objects.all():
            check(instance)


def test_a_list_that_is_dropped_while_entries_are_taken_off_it_is_gone(boards: Boards, ana: Player) -> None:
    boards(board())
    for _ in range(12):
        with transaction.atomic():
            send(ana, S=1)
        listed, dropped = BoardInstance.objects.get(), BoardInstance.objects.get()
        at_once(
            lambda listed=listed: removing.delete_entries(listed, Owner(ana.pk)),
            lambda dropped=dropped: instances.drop(dropped),
        )
        left = [model.objects.count() for model in (BoardInstance, BoardEntry, BoardMove, BoardBucket)]
        assert left == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("handler", "schema"),
    [
        (leaderboards.leaderboard_data, LeaderboardDataRequest),
        (leaderboards.around_me_leaderboard, AroundMeLeaderboardRequest),
    ],
)
def test_an_answer_shows_one_moment_whoever_posts_meanwhile(
    handler: Callable[[Request], Result],
    schema: type[Schema],
    boards: Boards,
    add_player: AddPlayer,
    ana: Player,
) -> None:
    """After each of its statements somebody passes everybody: what it says fits together all the same."""
    stage = boards(board())
    for number in range(9):
        send(add_player(f"p{number}"), S=number * 10)
    send(ana, S=45)
    passing = iter([add_player(f"q{number}") for number in range(50)])
    session = Session("key", stage.game_id, stage.pk, "preview", Rights("device"))
    fields = {"leaderboardShortCode": "HS", "entryCount": 50, "includeLast": 1}
    request = Request("", fields, session, Run(), data=convert(schema, fields), player_id=ana.pk)

    def pass_everybody() -> None:
        with transaction.atomic():
            send(next(passing), S=100)

    def meanwhile(execute: Callable[..., object], *arguments: object) -> object:
        found = execute(*arguments)
        with ThreadPoolExecutor(1) as threads:
            threads.submit(in_a_thread, pass_everybody).result()
        return found

    with connection.execute_wrapper(meanwhile):
        body = in_transaction(request, handler).body
    ranks = {each["userId"]: each["rank"] for each in body["data"]}
    (last,) = body["last"]
    assert (last["S"], ranks[last["userId"]]) == (0, last["rank"])
    assert last["rank"] - ranks[ana.pk] == 5
    assert sorted(ranks.values()) == list(range(1, last["rank"] + 1))
    assert BoardEntry.objects.count() > last["rank"]
