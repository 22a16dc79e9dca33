"""What players compete in, beside documents of the old server: ours agree in keys and JSON types."""

from typing import Any

from tests.wire.boards import HSBC, NewGame, board_game, log
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire.samples import SAMPLES, body, shape, without_nulls
from tests.wire.test_uploads import upload
from tests.wire_client import Frame

__all__ = ["board_game"]

NEWEST = {"externalIds": {}}  # of an entry: samples of 2014 lack it (competition-rules.md §3.1.6)


def event(code: str, **kinds: str) -> dict[str, Any]:
    attributes = [{"shortCode": name, "type": kind, "aggregation": "script"} for name, kind in kinds.items()]
    return {"shortCode": code, "attributes": attributes}


EVENTS = [
    event("SOT", SC="number"),
    event("setData", dataKey="string", dataVal="string"),
    event("PROGRESS_QUERY", PATH="string"),
    event("PROG_UPDATE", PATH="string", VAL="number"),
    event("STORE_RACE_DATA", GHOST_DATA="json", TIME="number", TRACK="string"),
]
STEPS = [{"period": 30, "type": "relative", "min": 5, "max": 5, "acceptMinPlayers": True}]
MATCH = {"shortCode": "MULTI_MCH", "minPlayers": 2, "maxPlayers": 4, "manual": True, "thresholds": STEPS}


def agrees(answer: Frame, sample: Frame) -> bool:
    """A response, but for what scripts add to it and the request's id."""
    ours, theirs = (
        {key: value for key, value in each.items() if key not in ("requestId", "scriptData")}
        for each in (answer, without_nulls(sample))
    )
    return bool(shape(ours) == shape(theirs))


async def test_events_of_samples_are_logged(board_game: NewGame) -> None:
    game = await board_game(events=EVENTS, runningTotals=[])
    p1 = await game.player("P1")
    for sample in SAMPLES[".LogEventRequest"]:
        answer = await p1.request("LogEventRequest", **body(sample))
        assert agrees(answer, SAMPLES[".LogEventResponse"][-1]), answer


async def test_leaderboard_agrees_with_sample(board_game: NewGame) -> None:
    game = await board_game(HSBC)
    p1 = await game.player("PLAYER_21")
    await log(p1, "HSWC", SCORE="1", COUNTRY="UK")
    (sample,) = SAMPLES[".LeaderboardDataResponse"]
    answer = await p1.request(
        "LeaderboardDataRequest", leaderboardShortCode=sample["leaderboardShortCode"], entryCount=1
    )
    (entry,), (theirs,) = answer["data"], sample["data"]
    assert shape(entry) == shape(theirs | NEWEST)
    assert {key: entry[key] for key in ("COUNTRY", "SCORE", "rank")} == {
        "COUNTRY": "UK",
        "SCORE": 1,
        "rank": 1,
    }
    assert agrees(answer | {"data": []}, sample | {"data": []})


async def test_pending_matches_agree_with_samples(board_game: NewGame) -> None:
    """Players without a place in the world."""
    game = await board_game(matches=[MATCH])
    p1, p2 = await game.players("P1", "P2")
    found, nobody, no_request = SAMPLES[".FindPendingMatchesResponse"]
    (find,) = SAMPLES[".FindPendingMatchesRequest"]
    answer = await p1.request("FindPendingMatchesRequest", **body(find))
    assert (agrees(answer, no_request), answer["error"]) == (True, no_request["error"])
    first, second = SAMPLES[".MatchmakingRequest"][0], SAMPLES[".MatchmakingRequest"][2]
    assert "error" not in await p1.request("MatchmakingRequest", **body(first))
    assert agrees(await p1.request("FindPendingMatchesRequest", **body(find)), nobody)
    assert "error" not in await p2.request("MatchmakingRequest", **body(second))
    answer = await p1.request("FindPendingMatchesRequest", **body(find))
    assert agrees(answer, _nowhere(found))
    (join,) = SAMPLES[".JoinPendingMatchRequest"]
    named = body(join) | {"pendingMatchId": answer["pendingMatches"][0]["id"]}
    joined = await p1.request("JoinPendingMatchRequest", **named)
    assert agrees(joined, _nowhere(SAMPLES[".JoinPendingMatchResponse"][0]))
    match = (await p1.expect_message("MatchFoundMessage"))["matchId"]
    (asked,) = SAMPLES[".MatchDetailsRequest"]
    details = await p1.request("MatchDetailsRequest", **body(asked) | {"matchId": match})
    latest = SAMPLES[".MatchDetailsResponse"][-1]
    assert agrees(details, latest | {"opponents": latest["opponents"][:1]})


async def test_a_search_is_given_up_as_in_the_sample(board_game: NewGame) -> None:
    game = await board_game(matches=[MATCH])
    p1 = await game.player("P1")
    await p1.request("MatchmakingRequest", matchShortCode="MULTI_MCH", skill=16)
    cancel = body(SAMPLES[".MatchmakingRequest"][-1])
    assert "error" not in await p1.request("MatchmakingRequest", **cancel)
    assert (await p1.request("MatchmakingRequest", **cancel))["error"] == {"match": "NOT_FOUND"}


async def test_uploads_agree_with_samples(server: DrivenServer, player: Player) -> None:
    p1 = await player("P1")
    (sample,) = SAMPLES[".GetUploadUrlRequest"]
    for theirs in SAMPLES[".GetUploadUrlResponse"]:
        assert agrees(await p1.request("GetUploadUrlRequest", **body(sample)), theirs)
    upload_id = await upload(p1)
    for request, theirs in zip(SAMPLES[".GetUploadedRequest"], SAMPLES[".GetUploadedResponse"], strict=True):
        answer = await p1.request("GetUploadedRequest", **body(request) | {"uploadId": upload_id})
        assert agrees(answer, theirs)


async def test_achievements_are_listed_as_in_the_sample(board_game: NewGame) -> None:
    game = await board_game(achievements=[{"shortCode": "FIRST", "name": "The first"}])
    p1 = await game.player("P1")
    answer = await p1.request("ListAchievementsRequest", **body(SAMPLES[".ListAchievementsRequest"][0]))
    assert answer["achievements"] == [
        {"shortCode": "FIRST", "name": "The first", "description": "", "earned": False}
    ]


def _nowhere(sample: Any) -> Any:
    """Without the locations of players."""
    if isinstance(sample, dict):
        return {key: _nowhere(value) for key, value in sample.items() if key != "location"}
    return [_nowhere(each) for each in sample] if isinstance(sample, list) else sample
