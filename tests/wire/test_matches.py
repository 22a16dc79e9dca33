"""Matchmaking over real sockets, beside the scenarios: refusals, frames, FindMatch, the worker's clock."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire.literal import Literal
from tests.wire.match_scene import Scene, scene

Scenes = Callable[[str], AbstractAsyncContextManager[Scene]]


@pytest.fixture
def of(server: DrivenServer, connect: Connect) -> Scenes:
    """`async with of("MULTI_MCH") as m:`"""
    return lambda code: scene(server, connect, code)


async def fault(player: Any, kind: str, **fields: Any) -> Any:
    return (await player.request(kind, **fields))["error"]


async def test_every_fault_of_a_request_is_named_at_once(server: DrivenServer, player: Player) -> None:
    p1 = await player("P1")
    asked = {"matchShortCode": "NONE", "customQuery": {"$where": "1"}, "matchGroup": "g" * 256}
    assert await fault(p1, "MatchmakingRequest", **asked) == {
        "matchShortCode": "NOT_FOUND",
        "matchGroup": "INVALID",
        "skill": "may not be null",
        "customQuery": "INVALID_QUERY",
    }
    large = {"x": "x" * 17_000}
    asked = {"matchShortCode": "HEAD", "skill": 1e16, "participantData": large, "matchData": large}
    assert await fault(p1, "MatchmakingRequest", **asked) == {
        "skill": "INVALID",
        "participantData": "TOO_LARGE",
        "matchData": "TOO_LARGE",
    }
    assert await fault(p1, "MatchmakingRequest", matchShortCode="HEAD", action="jump") == {
        "action": "INVALID"
    }
    assert server.rows("SELECT id FROM competition_waitingplayer WHERE player_id = ?", p1.user_id) == []


@pytest.mark.parametrize("code", ["NONE", "NO_STEPS"])
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("MatchmakingRequest", {"skill": 1}),
        ("FindMatchRequest", {"skill": 1}),
        ("FindPendingMatchesRequest", {}),
        ("JoinPendingMatchRequest", {"pendingMatchId": "x"}),
    ],
)
async def test_a_match_that_is_not_configured_or_has_no_thresholds_is_not_found(
    player: Player, code: str, kind: str, fields: dict[str, Any]
) -> None:
    answer = await fault(await player("P1"), kind, matchShortCode=code, **fields)
    assert answer == {"matchShortCode": "NOT_FOUND"}


async def test_a_match_is_shown_to_its_participants_alone(of: Scenes, player: Player) -> None:
    stranger = await player("Stranger")
    async with of("HEAD") as m:
        await m.ask("P1", 5, matchData={"arena": "ice"})
        await m.ask("P2", 6, participantData={"hat": "red"})
        (found,) = await m.heard("P1")
        assert found["matchData"] == {"arena": "ice"}
        one, two = m.players["P1"], m.players["P2"]
        assert await one.request("MatchDetailsRequest", request_id="d", matchId=found["matchId"]) == {
            "@class": ".MatchDetailsResponse",
            "requestId": "d",
            "matchData": {"arena": "ice"},
            "matchId": found["matchId"],
            "opponents": [
                {
                    "id": two.user_id,
                    "displayName": "P2",
                    "online": True,
                    "externalIds": {},
                    "participantData": {"hat": "red"},
                    "peerId": 2,
                }
            ],
            "peerId": 1,
            "playerId": one.user_id,
        }
        for match_id in (found["matchId"], "none"):
            answer = await fault(stranger, "MatchDetailsRequest", matchId=match_id)
            assert answer == {"matchId": "NOT_FOUND"}


async def test_a_new_request_takes_the_place_of_the_one_before(of: Scenes) -> None:
    async with of("HEAD") as m:
        await m.ask("P1", 100, 0)
        await m.ask("P1", 5, 10)
        await m.at(30)
        assert await m.told("P1") == [[]]
        await m.ask("P2", 5, 31)
        assert await m.told("P1", "P2") == [[("MF", {"P1": 1, "P2": 2})]] * 2


async def test_find_match_answers_when_the_match_is_found_while_other_requests_go_on(of: Scenes) -> None:
    async with of("HEAD") as m:
        one, two = await m.come("P1", "P2")
        named = {"matchShortCode": m.code, "matchGroup": m.group}
        waiting = await one.post("FindMatchRequest", skill=5, **named)
        assert "error" not in await one.request("AccountDetailsRequest")
        assert [frame for frame in one.responses if frame.get("requestId") == waiting] == []
        await m.ask("P2", 6, 5)
        answer = await one.answer(waiting)
        (found,) = await m.heard("P1")
        assert (answer["@class"], answer["matchId"]) == (".FindMatchResponse", found["matchId"])
        assert (answer["playerId"], answer["peerId"]) == (one.user_id, 1)
        assert [each["id"] for each in answer["opponents"]] == [two.user_id]


async def test_find_match_answers_that_there_is_none_after_the_last_period(of: Scenes) -> None:
    async with of("HEAD") as m:
        (one,) = await m.come("P1")
        named = {"matchShortCode": m.code, "matchGroup": m.group}
        waiting = await one.post("FindMatchRequest", skill=5, **named)
        assert await fault(one, "FindMatchRequest", action="cancel", matchShortCode="HEAD") == {
            "match": "NOT_FOUND"
        }
        await m.at(30)
        assert (await one.answer(waiting))["error"] == {"match": "NOT_FOUND"}
        assert await m.told("P1") == [[("NF",)]]


async def test_find_match_is_for_two_who_do_not_choose(player: Player) -> None:
    p1 = await player("P1")
    for code, refused in (
        ("MULTI_MCH", "HEAD_TO_HEAD_ONLY"),
        ("HEAD_DROP", "NO_DROP_IN_DROP_OUT_AVAILABLE"),
        ("HEAD_MANUAL", "NO_MANUAL_MATCHMAKING"),
    ):
        assert await fault(p1, "FindMatchRequest", matchShortCode=code, skill=1) == {"match": refused}


async def test_find_match_over_rest_answers_when_the_match_is_found(of: Scenes) -> None:
    async with of("HEAD") as m:
        one, _ = await m.come("P1", "P2")
        named = {"matchShortCode": m.code, "matchGroup": m.group, "skill": 5}
        call = asyncio.create_task(m.server.rest("FindMatchRequest", playerId=one.user_id, **named))
        sql = "SELECT id FROM competition_waitingplayer WHERE player_id = ?"
        await m.server.await_rows(sql, one.user_id)
        await m.ask("P2", 5)
        assert (await call)["peerId"] == 1


async def test_joining_manually_what_has_gone_or_does_not_fit_is_refused(of: Scenes) -> None:
    async with of("MANUAL") as m:
        await m.ask("P1", 20, 0)
        await m.ask("P2", 100, 0)
        assert "pendingMatches" not in await m.send("P1", "FindPendingMatchesRequest")
        ids = {
            row["player_id"]: row["pending_id"]
            for row in m.server.rows("SELECT player_id, pending_id FROM competition_waitingplayer")
        }
        for pending_id in (ids[m.players["P2"].user_id], ids[m.players["P1"].user_id], "none"):
            answer = await m.send("P1", "JoinPendingMatchRequest", pendingMatchId=pending_id)
            assert answer["error"] == {"pendingMatchId": "NOT_AVAILABLE"}
        await m.come("P3")
        answer = await m.send("P3", "JoinPendingMatchRequest", pendingMatchId="none")
        assert answer["error"] == {"match": "NOT_IN_PROGRESS"}


async def test_a_realtime_match_prefers_who_is_near(of: Scenes) -> None:
    """London fits all three, who do not fit each other; by skill alone Lima would be closest."""
    places = {"London": (51.5, -0.1), "Leeds": (53.8, -1.5), "Lima": (-12.0, -77.0)}
    async with of("NEAR") as m:
        await m.come(*places, "Nowhere")
        for name, (latitude, longitude) in places.items():
            location = json.dumps({"latitide": latitude, "longditute": longitude})
            sql = "UPDATE players_player SET location = ? WHERE id = ?"
            m.server.execute(sql, location, m.players[name].user_id)
        only = {"Leeds": 5, "Lima": 0, "Nowhere": 1}
        for name, skill in only.items():
            await m.ask(name, skill, customQuery={"players.participantData.from": "London"})
        await m.ask("London", 0, participantData={"from": "London"})
        assert await m.told(*only) == [[("MF", {"Leeds": 1, "London": 2})], [], []]


async def test_a_player_who_is_banned_waits_no_more(of: Scenes) -> None:
    async with of("THREE") as m:
        for name in ("P1", "P2"):
            await m.ask(name, 10)
        await m.told("P1", "P2")
        banned = m.players["P2"].user_id
        await m.server.do("ban", playerId=banned)
        await m.bring()
        assert await m.told("P1") == [[("MU", [], ["P2"])]]
        for name in ("P3", "P4"):
            await m.ask(name, 10)
        assert (await m.told("P1"))[0][-1] == ("MF", {"P1": 1, "P3": 2, "P4": 3})
        assert m.server.rows("SELECT id FROM competition_waitingplayer WHERE player_id = ?", banned) == []


async def test_the_worker_ends_a_period_by_its_own_clock(server: DrivenServer, player: Player) -> None:
    p1 = await player("P1")
    began = time.monotonic()
    await p1.request("MatchmakingRequest", matchShortCode="SHORT", matchGroup=unique("group"), skill=1)
    heard = await p1.expect_message("MatchNotFoundMessage", within=20)
    assert time.monotonic() - began >= 2
    assert heard["matchShortCode"] == "SHORT"


async def test_a_period_that_ended_while_nothing_ran_ends_after_the_start(
    new_driven: Callable[..., DrivenServer], connect: Connect
) -> None:
    server = new_driven()
    p1 = await connect(on=server)
    await p1.device_log_in("device-1", displayName="P1")
    await p1.request("MatchmakingRequest", matchShortCode="SHORT", skill=1)
    server.kill()
    assert server.rows("SELECT player_id FROM competition_waitingplayer") == [{"player_id": p1.user_id}]
    await asyncio.sleep(2)  # the period itself: nothing runs that could be watched
    server.start()
    again = await connect(on=server)
    await again.device_log_in("device-1")
    assert (await again.expect_message("MatchNotFoundMessage", within=20))["matchShortCode"] == "SHORT"
    assert server.rows("SELECT id FROM competition_waitingplayer") == []


class Frames:
    """A scene with the players of a file of expected frames, and three who have nothing to do with it."""

    def __init__(self, m: Scene, name: str) -> None:
        self.m = m
        ids = {name.lower(): client.user_id for name, client in m.players.items()}
        self.literal = Literal(name, game=m.server.game_id(), group=m.group, **ids)

    async def check(self, *cases: str) -> None:
        """Each case is a player's name in lower case: one frame each, and nobody else has got any."""
        heard = {name: await self.m.heard(name) for name in self.m.players}
        got = sorted(name.lower() for name, frames in heard.items() if frames)
        assert got == sorted(case.split("_")[0] for case in cases)
        for case in cases:
            (frame,) = heard[case.split("_")[0].capitalize()]
            self.literal.check(case, frame)


CAST = ("Anna", "Bob", "Cleo", "Former", "Friend", "Bystander")


async def cast(m: Scene) -> None:
    """Former waited for a moment and took it back; Friend is a friend of those who wait."""
    await m.come(*CAST)
    ids = {name: client.user_id for name, client in m.players.items()}
    await m.server.befriend(ids["Friend"], ids["Anna"], ids["Bob"])
    await m.ask("Former", 10)
    await m.send("Former", "MatchmakingRequest", action="cancel")


async def test_match_found_message_as_expected(of: Scenes) -> None:
    async with of("THREE") as m:
        await cast(m)
        frames = Frames(m, "MatchFoundMessage")
        await m.ask("Anna", 10, participantData={"hat": "red"}, matchData={"arena": "ice"})
        await m.ask("Bob", 12)
        for name in CAST:
            await m.heard(name)
        await m.ask("Cleo", 11, matchData={"arena": "fire", "laps": 3})
        await frames.check("anna", "bob", "cleo")
        frames.literal.done()


async def test_match_not_found_message_as_expected(of: Scenes) -> None:
    async with of("THREE") as m:
        await cast(m)
        frames = Frames(m, "MatchNotFoundMessage")
        await m.ask("Anna", 10, 1, participantData={"hat": "red"}, matchData={"arena": "ice"})
        await m.ask("Cleo", 100, 1)
        await m.at(41)
        await frames.check("anna", "cleo")
        frames.literal.done()


async def test_match_updated_message_as_expected(of: Scenes) -> None:
    async with of("THREE") as m:
        await cast(m)
        frames = Frames(m, "MatchUpdatedMessage")
        await m.ask("Anna", 10, 1, participantData={"hat": "red"}, matchData={"arena": "ice"})
        await m.ask("Bob", 12, 2)
        await frames.check("anna_joined", "bob_joined")
        await m.send("Anna", "MatchmakingRequest", action="cancel")
        await frames.check("bob_left")
        frames.literal.done()


async def test_match_updated_message_of_an_open_match_as_expected(of: Scenes) -> None:
    async with of("DROP_IN") as m:
        await cast(m)
        frames = Frames(m, "MatchUpdatedMessage_open")
        for name in ("Anna", "Bob", "Friend"):
            await m.ask(name, 10)
        found = (await m.heard("Anna"))[-1]
        frames.literal.bound["match"] = found["matchId"]
        for name in CAST:
            await m.heard(name)
        await m.ask("Cleo", 12)
        heard = {name: await m.heard(name) for name in CAST}
        assert [name for name, got in heard.items() if got] == ["Anna", "Bob", "Cleo", "Friend"]
        frames.literal.check("anna_added", heard["Anna"][0])
        assert heard["Cleo"][0]["@class"] == ".MatchFoundMessage"
        assert heard["Cleo"][0]["matchId"] == found["matchId"]
        await m.send("Bob", "MatchmakingRequest", action="cancel")
        heard = {name: await m.heard(name) for name in CAST}
        assert [name for name, got in heard.items() if got] == ["Anna", "Cleo", "Friend"]
        frames.literal.check("anna_removed", heard["Anna"][0])
        frames.literal.done()
