"""Leaderboards as players see them over real sockets: the scenarios of competition-rules.md §3.8 about
requests, every restriction and error of §3.6, and the real worker that builds and empties boards.
"""

import time
from pathlib import Path
from typing import Any

import pytest

from competition.leaderboards.schedules import SETTLED_MS
from competition.periods import began_ms, date_of, ends_ms
from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.boards import (
    EVENTS,
    HIGH_SCORE_LB,
    HSBC,
    SQUAD_LB,
    TOTALS,
    BoardGame,
    NewGame,
    board,
    board_game,
    field,
    import_boards,
    log,
    score,
)
from tests.wire.conftest import NewDriven
from tests.wire_client import Frame, WireClient

__all__ = ["board_game"]

DAY_MS = 86_400_000
DAYS = {
    "shortCode": "HSD",
    "attributes": [
        {"shortCode": "SCORE", "type": "number", "aggregation": "max"},
        {"shortCode": "DAY", "type": "number", "aggregation": "grouped", "default": "${now}"},
    ],
}
BY_DAY = {
    "shortCode": "HSBD",
    "event": "HSD",
    "groupBy": ["DAY"],
    "collectors": [{"attribute": name, "calculation": "max"} for name in ("SCORE", "DAY")],
}
LB = {"leaderboardShortCode": "HIGH_SCORE_LB"}
BY_COUNTRY = board("IDS", field("HSWC", "SCORE", "desc", group="max"), field("HSWC", "COUNTRY", group="id"))
HIGH_SCORE = board("HIGH_SCORE", field("SCORE_EVT", "SCORE_ATTR", "desc"))


async def five(game: BoardGame) -> list[WireClient]:
    """L3: P1..P5 posted 110, 210, 310, 410, 510."""
    clients = await game.players(*[f"P{number}" for number in range(1, 6)])
    for number, client in enumerate(clients, 1):
        await score(client, number * 100 + 10)
    return clients


def shown(answer: Frame, part: str = "data") -> list[tuple[int, str, Any]]:
    return [(each["rank"], each["userName"], each["SCORE_ATTR"]) for each in answer[part]]


async def data(client: WireClient, **fields: Any) -> Frame:
    return await client.request("LeaderboardDataRequest", **{**LB, **fields})


async def around(client: WireClient, **fields: Any) -> Frame:
    return await client.request("AroundMeLeaderboardRequest", **{**LB, **fields})


async def test_l3_the_board_from_the_top(board_game: NewGame) -> None:
    clients = await five(await board_game(HIGH_SCORE_LB))
    answer = await data(clients[0], entryCount=50)
    assert shown(answer) == [
        (1, "P5", 510),
        (2, "P4", 410),
        (3, "P3", 310),
        (4, "P2", 210),
        (5, "P1", 110),
    ]
    assert [each["userId"] for each in answer["data"]] == [each.user_id for each in clients[::-1]]
    assert answer["leaderboardShortCode"] == "HIGH_SCORE_LB"
    assert set(answer) == {"@class", "requestId", "leaderboardShortCode", "data"}
    (entry,) = (await data(clients[0], entryCount=1))["data"]
    keys = {"userId", "userName", "when", "city", "country", "externalIds", "rank", "SCORE_ATTR"}
    assert (set(entry), entry["externalIds"]) == (keys, {})


async def test_l4_a_page_behind_an_offset(board_game: NewGame) -> None:
    clients = await five(await board_game(HIGH_SCORE_LB))
    assert shown(await data(clients[0], entryCount=1, offset=3)) == [(4, "P2", 210)]


async def test_l5_around_the_player(board_game: NewGame) -> None:
    clients = await five(await board_game(HIGH_SCORE_LB))
    answer = await around(clients[2], entryCount=1, social=False)
    assert shown(answer) == [(2, "P4", 410), (3, "P3", 310), (4, "P2", 210)]
    assert answer["social"] is False


async def test_l6_around_the_last_player(board_game: NewGame) -> None:
    clients = await five(await board_game(HIGH_SCORE_LB))
    answer = await around(clients[0], entryCount=1)
    assert (shown(answer), answer["social"]) == ([(4, "P2", 210), (5, "P1", 110)], False)


async def test_l7_who_is_better_comes_first(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE)
    p1, p2 = await game.players("P1", "P2")
    await score(p1, 10)
    await score(p2, 11)
    answer = await data(p1, leaderboardShortCode="HIGH_SCORE", entryCount=2)
    assert shown(answer) == [(1, "P2", 11), (2, "P1", 10)]


async def test_l14_first_and_last_beside_those_around(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    scores = {1: 256, 2: 250, 3: 240, 4: 231, 6: 210, 42: 23}
    for rank in range(1, 43):
        if rank != 5:
            client = await game.player(f"P{rank}")
            await score(client, scores.get(rank, 200 - rank))
            await client.close()
    fifth = await game.player("P")
    await score(fifth, 211)
    answer = await around(fifth, entryCount=1, includeFirst=1, includeLast=1)
    assert shown(answer, "first") == [(1, "P1", 256)]
    assert shown(answer) == [(4, "P4", 231), (5, "P", 211), (6, "P6", 210)]
    assert shown(answer, "last") == [(42, "P42", 23)]


async def test_l15_without_friends_there_is_no_social_board(board_game: NewGame) -> None:
    p1, *_ = await five(await board_game(HIGH_SCORE_LB))
    refused = {"currentUser": "NOTSOCIAL"}
    own = [(1, "P1", 110)]
    for name in ("LeaderboardDataRequest", "AroundMeLeaderboardRequest", "SocialLeaderboardDataRequest"):
        assert (await p1.request(name, **LB, social=True, entryCount=5))["error"] == refused
        answer = await p1.request(name, **LB, social=True, entryCount=5, dontErrorOnNotSocial=True)
        assert (shown(answer), answer["social"]) == (own, True)


async def test_friends_are_ranked_among_themselves(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    p1, p2, p3, p4, p5 = await five(game)
    await game.befriend(p3, p1, p5)
    assert shown(await data(p3, social=True)) == [(1, "P5", 510), (2, "P3", 310), (3, "P1", 110)]
    assert shown(await data(p3, inverseSocial=True)) == [(1, "P4", 410), (2, "P3", 310), (3, "P2", 210)]
    assert shown(await data(p3, friendIds=p2.user_id)) == [(1, "P3", 310), (2, "P2", 210)]
    assert shown(await data(p3, friendIds=[p4.user_id])) == [(1, "P4", 410), (2, "P3", 310)]
    window = await p3.request("SocialLeaderboardDataRequest", **LB, entryCount=1)
    assert shown(window) == [(1, "P5", 510), (2, "P3", 310), (3, "P1", 110)]
    page = await p3.request("SocialLeaderboardDataRequest", **LB, entryCount=1, offset=2)
    assert shown(page) == [(3, "P1", 110)]


async def test_members_of_teams_are_ranked_among_themselves(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    p1, p2, p3, _, p5 = await five(game)
    mine, other = unique("team"), unique("team")
    for owner, member, team_id in ((p1, p2, mine), (p3, p5, other)):
        await owner.request("CreateTeamRequest", teamId=team_id, teamType="SQUAD", teamName="Squad")
        await member.request("JoinTeamRequest", teamId=team_id)
    assert shown(await data(p1, teamTypes="SQUAD")) == [(1, "P2", 210), (2, "P1", 110)]
    assert shown(await data(p1, teamIds=[other])) == [(1, "P5", 510), (2, "P3", 310), (3, "P1", 110)]
    assert shown(await around(p1, teamIds=[other], entryCount=1)) == [(2, "P3", 310), (3, "P1", 110)]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, {"leaderboardShortCode|challengeInstanceId": "REQUIRED"}),
        ({**LB, "challengeInstanceId": "x"}, {"leaderboardShortCode|challengeInstanceId": "ONLY_ONE"}),
        ({"leaderboardShortCode": "NONE"}, {"leaderboardShortCode": "INVALID"}),
        ({"leaderboardShortCode": "HSBC.COUNTRY.DE"}, {"leaderboardShortCode": "INVALID"}),
        ({"challengeInstanceId": "unknown"}, {"challengeInstanceId": "INVALID"}),
    ],
)
async def test_what_names_no_board_is_refused(
    fields: dict[str, Any], error: dict[str, str], board_game: NewGame
) -> None:
    game = await board_game(HIGH_SCORE_LB, HSBC)
    p1 = await game.player("P1")
    await log(p1, "HSWC", SCORE=1, COUNTRY="UK")
    for name in ("LeaderboardDataRequest", "AroundMeLeaderboardRequest"):
        assert (await p1.request(name, **fields))["error"] == error
    answer = await p1.request("SocialLeaderboardDataRequest", **fields)
    assert answer["error"] == {**error, "currentUser": "NOTSOCIAL"}


async def test_a_board_of_partitions_is_empty_and_so_is_one_without_posts(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB, HSBC)
    p1 = await game.player("P1")
    await log(p1, "HSWC", SCORE=1, COUNTRY="UK")
    for code in ("HSBC", "HIGH_SCORE_LB"):
        answer = await data(p1, leaderboardShortCode=code, includeFirst=1)
        assert (answer["data"], answer["first"]) == ([], [])


async def test_numbers_out_of_range_are_brought_into_it(board_game: NewGame) -> None:
    p1, *_ = await five(await board_game(HIGH_SCORE_LB))
    assert len((await data(p1))["data"]) == 5
    assert shown(await data(p1, entryCount=0, offset=-3)) == [(1, "P5", 510)]
    assert len((await data(p1, entryCount=10**9))["data"]) == 5
    assert (await data(p1, offset=10**9))["data"] == []


async def test_a_player_without_an_entry_sees_nothing_around(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    await five(game)
    assert (await around(await game.player("P6"), entryCount=3))["data"] == []


async def test_the_leaderboard_of_a_challenge_is_for_its_players(board_game: NewGame) -> None:
    challenges = [
        {"shortCode": "DUEL", "turnConsumers": ["SCORE_EVT"], "leaderboard": "HIGH_SCORE_LB"},
        {"shortCode": "SCRIPTED"},
    ]
    game = await board_game(HIGH_SCORE_LB, challenges=challenges)
    p1, p2, p3 = await game.players("P1", "P2", "P3")
    soon = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(time.time() + DAY_MS / 1000))

    async def challenge(code: str) -> str:
        made = await p1.request(
            "CreateChallengeRequest",
            challengeShortCode=code,
            accessType="PRIVATE",
            endTime=soon,
            usersToChallenge=[p2.user_id],
        )
        await p2.request("AcceptChallengeRequest", challengeInstanceId=made["challengeInstanceId"])
        return str(made["challengeInstanceId"])

    duel, scripted = await challenge("DUEL"), await challenge("SCRIPTED")
    await score(p1, 999)
    assert (await p2.request("LeaderboardDataRequest", challengeInstanceId=duel))["data"] == []
    posted = await p1.request(
        "LogChallengeEventRequest", challengeInstanceId=duel, eventKey="SCORE_EVT", SCORE_ATTR=5
    )
    assert "error" not in posted, posted
    answer = await p2.request("LeaderboardDataRequest", challengeInstanceId=duel)
    assert shown(answer) == [(1, "P1", 5)]
    assert (answer["challengeInstanceId"], answer["leaderboardShortCode"]) == (duel, "HIGH_SCORE_LB")
    answer = await p3.request("LeaderboardDataRequest", challengeInstanceId=duel)
    assert answer["error"] == {"challengeInstanceId": "INVALID"}
    answer = await p1.request("AroundMeLeaderboardRequest", challengeInstanceId=scripted)
    assert answer["error"] == {"challengeInstanceId": "NO_LEADERBOARD"}
    asked = {"challenges": [duel], "leaderboards": "HIGH_SCORE_LB"}
    several = await p1.request("GetLeaderboardEntriesRequest", **asked)
    found = {name: each["SCORE_ATTR"] for name, each in several["results"].items()}
    assert found == {"HIGH_SCORE_LB": 999, duel: 5}


async def test_entries_of_several_boards_at_once(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB, BY_COUNTRY, SQUAD_LB, HSBC)
    p1, p2 = await game.players("P1", "P2")
    for country, points in (("UK", 1), ("US", 3)):
        await log(p1, "HSWC", SCORE=points, COUNTRY=country)
    await score(p1, 10)
    await score(p2, 20)
    codes = ["HIGH_SCORE_LB", "IDS", "SQUAD_LB", "HSBC.COUNTRY.UK"]
    best = await p1.request("GetLeaderboardEntriesRequest", leaderboards=codes)
    assert best["results"] == {code: best[code] for code in codes}
    assert (best["HIGH_SCORE_LB"]["rank"], best["HIGH_SCORE_LB"]["SCORE_ATTR"]) == (2, 10)
    assert (best["IDS"]["SCORE"], best["IDS"]["COUNTRY"], best["SQUAD_LB"]) == (3, "US", {})
    assert best["HSBC.COUNTRY.UK"]["SCORE"] == 1
    every = await p2.request("LeaderboardsEntriesRequest", leaderboards=codes[:3], player=p1.user_id)
    assert [(each["rank"], each["SCORE"]) for each in every["IDS"]] == [(1, 3), (2, 1)]
    assert (len(every["HIGH_SCORE_LB"]), every["SQUAD_LB"]) == (1, [])
    refused = await p1.request("GetLeaderboardEntriesRequest", leaderboards=["NONE", "IDS"], challenges="x")
    assert refused["error"] == {"leaderboards": "INVALID", "challenges": "INVALID"}
    await game.befriend(p1, p2)
    social = await p1.request("GetLeaderboardEntriesRequest", leaderboards=codes[0], social=True)
    assert [(each["rank"], each["SCORE_ATTR"]) for each in social["HIGH_SCORE_LB"]] == [(1, 20), (2, 10)]


async def test_custom_ids_choose_ones_own_entry(board_game: NewGame) -> None:
    p1 = await (await board_game(BY_COUNTRY)).player("P1")
    for points, country in enumerate(("UK", "US", "FR", "DE")):
        await log(p1, "HSWC", SCORE=points, COUNTRY=country)

    async def countries(**fields: Any) -> list[tuple[int, str]]:
        answer = await around(p1, leaderboardShortCode="IDS", entryCount=1, **fields)
        return [(each["rank"], each["COUNTRY"]) for each in answer["data"]]

    assert await countries() == [(1, "DE"), (2, "FR")]
    assert await countries(customIdFilter={"COUNTRY": "US"}) == [(2, "FR"), (3, "US"), (4, "UK")]
    assert await countries(customIdFilter={"COUNTRY": "XX"}) == []


async def test_the_real_worker_builds_what_falls_due(board_game: NewGame) -> None:
    built = board("BUILT", field("SCORE_EVT", "SCORE_ATTR", "desc"), updateFrequency="daily")
    game = await board_game(built)
    p1 = await game.player("P1")
    await score(p1, 10)
    due = await _due_in(game, "build", seconds=3)
    assert (await data(p1, leaderboardShortCode="BUILT"))["data"] == []
    code = f"BUILT.SCHEDULED.{date_of(due)}"
    stage = game.server.stage_id(game.game)
    sql = "SELECT * FROM competition_boardinstance WHERE stage_id = ? AND code = ? AND ready"
    await game.server.await_rows(sql, stage, code)
    for name in (code, "BUILT"):
        assert shown(await data(p1, leaderboardShortCode=name)) == [(1, "P1", 10)]
    listed = (await p1.request("ListLeaderboardsRequest"))["leaderboards"]
    assert listed == [
        {"shortCode": name, "name": "The board BUILT", "description": ""} for name in ("BUILT", code)
    ]


async def test_the_real_worker_empties_what_falls_due(board_game: NewGame) -> None:
    """The post is put a day back, into a period that has ended."""
    emptied = board("EMPTIED", field("SCORE_EVT", "SCORE_ATTR", "desc"), resetFrequency="daily")
    game = await board_game(emptied)
    p1 = await game.player("P1")
    await score(p1, 10)
    assert shown(await data(p1, leaderboardShortCode="EMPTIED")) == [(1, "P1", 10)]
    stage, now = game.server.stage_id(game.game), int(time.time() * 1000)
    before = date_of(now - DAY_MS)
    for table, column in (("boardinstance", before), ("totalrecord", f"daily {before}")):
        game.server.execute(
            f"UPDATE competition_{table} SET period = ? WHERE stage_id = ? AND period <> ''", column, stage
        )
    assert (await data(p1, leaderboardShortCode="EMPTIED"))["data"] == []
    await _due_in(game, "reset", seconds=3)
    counted = "SELECT * FROM competition_totalrecord WHERE stage_id = ? AND period <> ''"
    assert len(game.server.rows(counted, stage)) == 1
    await game.server.await_rows(counted, stage, count=0)
    await score(p1, 3)
    assert shown(await data(p1, leaderboardShortCode="EMPTIED")) == [(1, "P1", 3)]


async def test_l13_when_a_month_turns_a_build_is_made_and_the_one_before_still_answers(
    new_driven: NewDriven, connect: Connect, tmp_path: Path
) -> None:
    """On a server whose clock the test turns: a score of a month is 33 days old when the next one ends."""
    server, job = new_driven(), "competition.boards"
    first = ends_ms("monthly", ends_ms("monthly", int(time.time() * 1000)))  # never back in time
    second = ends_ms("monthly", first)
    await server.turn_clock(first - 5 * DAY_MS)
    last_30_days = {"op": "gte", "value": "${now - 30 * 24 * 60 * 60 * 1000}"}
    by_day = board(
        "HSL30D",
        field("HSBD", "SCORE", "desc", group="max"),
        field("HSBD", "DAY", calculation="max", group="max", filter=last_30_days),
        updateFrequency="monthly",
    )
    devices = {name: unique(name) for name in ("P1", "P2")}

    async def come(name: str, **options: Any) -> WireClient:
        """As the player who has that name already: log-ins do not last for a month."""
        client = await connect(on=server, **options)
        assert "error" not in await client.device_log_in(devices[name], displayName=name)
        return client

    game = await import_boards(
        server, come, tmp_path, by_day, events=[*EVENTS, DAYS], runningTotals=[*TOTALS, BY_DAY]
    )
    await server.do("run_job", name=job)
    p1, p2 = await game.players("P1", "P2")
    await log(p1, "HSD", SCORE=900, DAY=first - 31 * DAY_MS)
    await log(p1, "HSD", SCORE=50)
    await log(p2, "HSD", SCORE=800, DAY=first - 31 * DAY_MS)

    async def month_turns(boundary: int) -> tuple[str, WireClient]:
        await server.turn_clock(boundary + SETTLED_MS)
        await server.do("run_job", name=job)
        return f"HSL30D.SCHEDULED.{date_of(boundary)}", await game.player("P1")

    async def entries(client: WireClient, code: str) -> list[tuple[int, str, int]]:
        answer = await data(client, leaderboardShortCode=code)
        return [(each["rank"], each["userName"], each["MAX-SCORE"]) for each in answer["data"]]

    assert (await data(p1, leaderboardShortCode="HSL30D"))["data"] == []
    before, p1 = await month_turns(first)
    of_first = [(1, "P1", 50)]
    assert await entries(p1, before) == await entries(p1, "HSL30D") == of_first
    await server.turn_clock(second - 5 * DAY_MS)
    await log(await game.player("P2"), "HSD", SCORE=70)
    latest, p1 = await month_turns(second)
    assert await entries(p1, latest) == await entries(p1, "HSL30D") == [(1, "P2", 70)]
    assert await entries(p1, before) == of_first
    listed = (await p1.request("ListLeaderboardsRequest"))["leaderboards"]
    assert [each["shortCode"] for each in listed] == ["HSL30D", latest, before]


async def _due_in(game: BoardGame, task: str, seconds: float) -> int:
    """The last boundary that passed is taken for one that nobody has seen to, due in a moment. Returns it."""
    stage, now = game.server.stage_id(game.game), int(time.time() * 1000)
    (row,) = await game.server.await_rows(
        "SELECT * FROM competition_boardschedule WHERE stage_id = ? AND task = ?", stage, task
    )
    boundary = began_ms("daily", now)
    game.server.execute(
        "UPDATE competition_boardschedule SET boundary_ms = ?, due_ms = ? WHERE id = ?",
        boundary - DAY_MS,
        now + int(seconds * 1000),
        row["id"],
    )
    return boundary
