"""The scenarios M1 to M15 of competition-rules.md §8.6, over real sockets, second by second."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.server_fixtures import Connect
from tests.wire.driven import DrivenServer
from tests.wire.match_scene import Scene, scene

Scenes = Callable[[str], AbstractAsyncContextManager[Scene]]

NF = [("NF",)]


@pytest.fixture
def of(server: DrivenServer, connect: Connect) -> Scenes:
    """`async with of("MULTI_MCH") as m:`"""
    return lambda code: scene(server, connect, code)


def mf(*names: str) -> list[tuple[str, dict[str, int]]]:
    return [("MF", {name: number for number, name in enumerate(names, 1)})]


async def test_m1_the_second_threshold_matches_whom_the_first_did_not(of: Scenes) -> None:
    async with of("MULTI_MCH") as m:
        await m.ask("P1", 20, 0)
        await m.ask("P2", 15, 3)
        await m.ask("P3", 17, 6)
        await m.at(9.999)
        assert await m.told("P1", "P2", "P3") == [[], [], []]
        await m.at(10)
        assert await m.told("P1", "P2", "P3") == [mf("P1", "P3"), [], mf("P1", "P3")]
        await m.at(32.999)
        assert await m.told("P2") == [[]]
        await m.at(33)
        assert await m.told("P1", "P2", "P3") == [[], NF, []]


async def test_m2_each_side_uses_its_own_threshold(of: Scenes) -> None:
    async with of("MULTI_MCH") as m:
        for name, skill, now in (("P1", 20, 0), ("P2", 15, 3), ("P3", 16, 6)):
            await m.ask(name, skill, now)
        await m.at(15.999)
        assert await m.told("P1", "P2", "P3") == [[], [], []]
        await m.at(16)
        assert await m.told("P1", "P2", "P3") == [[], mf("P2", "P3"), mf("P2", "P3")]
        await m.at(29.999)
        assert await m.told("P1") == [[]]
        await m.at(30)
        assert await m.told("P1", "P2", "P3") == [NF, [], []]


async def test_m3_the_closest_skill_is_taken_before_the_oldest(of: Scenes) -> None:
    async with of("MULTI_MCH") as m:
        for name, skill, now in (("P1", 20, 0), ("P2", 15, 12), ("P3", 16, 15)):
            await m.ask(name, skill, now)
        await m.at(19.999)
        assert await m.told("P1", "P2", "P3") == [[], [], []]
        await m.at(20)
        assert await m.told("P1", "P2", "P3") == [mf("P1", "P3"), [], mf("P1", "P3")]
        await m.at(42)
        assert await m.told("P1", "P2", "P3") == [[], NF, []]


async def test_m4_who_waited_for_too_long_leaves_those_who_did_not(of: Scenes) -> None:
    async with of("THREE") as m:
        await m.ask("P1", 10, 0)
        await m.ask("P2", 10, 20)
        assert await m.told("P1", "P2") == [[("MU", ["P2"], [])]] * 2
        await m.at(39.999)
        assert await m.told("P1", "P2") == [[], []]
        await m.at(40)
        assert await m.told("P1", "P2") == [NF, [("MU", [], ["P1"])]]
        await m.ask("P3", 10, 41)
        assert await m.told("P1", "P2", "P3") == [[], *[[("MU", ["P3"], [])]] * 2]
        await m.ask("P4", 10, 46)
        found = mf("P2", "P3", "P4")
        assert await m.told("P1", "P2", "P3", "P4") == [[], found, found, found]


async def test_m5_a_pending_match_has_the_mean_skill_of_its_members(of: Scenes) -> None:
    async with of("THREE") as m:
        await m.ask("P1", 5, 0)
        await m.ask("P2", 11, 20)
        await m.ask("P3", 15, 30)
        assert await m.told("P1", "P2", "P3") == [*[[("MU", ["P2"], [])]] * 2, []]
        await m.at(40)
        joined = ("MU", ["P3"], [])
        assert await m.told("P1", "P2", "P3") == [NF, [("MU", [], ["P1"]), joined], [joined]]
        await m.ask("P4", 19, 46)
        found = mf("P2", "P3", "P4")
        assert await m.told("P1", "P2", "P3", "P4") == [[], found, found, found]


async def test_m6_completion_is_tested_when_nobody_fits_any_more(of: Scenes) -> None:
    async with of("MULTI_THIRD") as m:
        await m.ask("P1", 16, 0)
        await m.ask("P2", 21, 2)
        await m.ask("P3", 19, 4)
        assert await m.told("P1", "P2", "P3") == [[], *[[("MU", ["P3"], [])]] * 2]
        await m.ask("P4", 22, 6)
        assert await m.told("P1", "P2", "P3", "P4") == [[], [], [], []]
        await m.at(12)
        assert await m.told("P1", "P2", "P3", "P4") == [[], *[[("MU", ["P4"], [])]] * 3]
        await m.at(21.999)
        assert await m.told("P1", "P2", "P3", "P4") == [[], [], [], []]
        await m.at(22)
        frames = await m.heard("P4")
        assert [m.short(frame) for frame in frames] == mf("P1", "P2", "P3", "P4")
        assert await m.told("P1", "P2", "P3") == [mf("P1", "P2", "P3", "P4")] * 3
        match_id = frames[0]["matchId"]
        details = await m.players["P4"].request(
            "MatchDetailsRequest", matchId=match_id, realtimeEnabled=False
        )
        opponents = [(m.names([each["id"]])[0], each["peerId"]) for each in details["opponents"]]
        assert (opponents, details["peerId"]) == ([("P1", 1), ("P2", 2), ("P3", 3)], 4)


async def test_m7_who_never_fits_finds_nobody(of: Scenes) -> None:
    async with of("MULTI_THIRD") as m:
        for name, skill, now in (("P1", 12, 0), ("P2", 21, 2), ("P3", 19, 4), ("P4", 22, 6)):
            await m.ask(name, skill, now)
        await m.at(12)
        await m.told("P2", "P3", "P4")
        await m.at(22)
        found = mf("P2", "P3", "P4")
        assert await m.told("P1", "P2", "P3", "P4") == [[], found, found, found]
        await m.at(30)
        assert await m.told("P1", "P2") == [NF, []]


async def test_m8_the_minimum_counts_only_where_a_threshold_accepts_it(of: Scenes) -> None:
    async with of("MULTI_FIRST") as m:
        await m.ask("P1", 20, 0)
        await m.ask("P2", 21, 4)
        assert await m.told("P1", "P2") == [mf("P1", "P2")] * 2
    async with of("MULTI_NEVER") as m:
        for name, skill, now in (("P1", 20, 0), ("P2", 21, 1), ("P3", 19, 2)):
            await m.ask(name, skill, now)
        await m.at(29.999)
        assert [told[-1] for told in await m.told("P1", "P2", "P3")] == [("MU", ["P3"], [])] * 3
        await m.at(40)
        frames = await m.told("P1", "P2", "P3")
        assert [told[-1] for told in frames] == NF * 3
        assert [len(told) for told in frames] == [1, 2, 3]


async def test_m9_the_minimum_is_enough_from_the_moment_its_threshold_begins(of: Scenes) -> None:
    async with of("MULTI_MCH") as m:
        await m.ask("P1", 20, 0)
        await m.ask("P2", 21, 4)
        assert await m.told("P1", "P2") == [[("MU", ["P2"], [])]] * 2
        await m.at(9.999)
        assert await m.told("P1", "P2") == [[], []]
        await m.at(10)
        assert await m.told("P1", "P2") == [mf("P1", "P2")] * 2


async def test_m10_a_later_threshold_accepts_the_minimum_too(of: Scenes) -> None:
    async with of("MULTI_FIRST") as m:
        await m.ask("P1", 20, 0)
        await m.ask("P2", 18, 1)
        await m.at(9.999)
        assert await m.told("P1", "P2") == [[], []]
        await m.at(10)
        assert await m.told("P1", "P2") == [mf("P1", "P2")] * 2


async def test_m11_in_a_manual_match_players_find_and_join(of: Scenes) -> None:
    async with of("MANUAL") as m:
        for name, skill, now in (("P1", 20, 0), ("P2", 15, 3), ("P3", 17, 6)):
            await m.ask(name, skill, now)
        await m.at(12)
        assert await m.told("P1", "P2", "P3") == [[], [], []]
        (pending,) = (await m.send("P1", "FindPendingMatchesRequest"))["pendingMatches"]
        assert (pending["skill"], m.names(each["playerId"] for each in pending["matchedPlayers"])) == (
            17,
            ["P3"],
        )
        await m.come("P9")
        assert (await m.send("P9", "FindPendingMatchesRequest"))["error"] == {"match": "NOT_IN_PROGRESS"}
        await m.at(18)
        sql = "SELECT pending_id FROM competition_waitingplayer WHERE player_id = ?"
        own = m.server.rows(sql, m.players["P1"].user_id)[0]["pending_id"]
        answer = await m.send("P1", "JoinPendingMatchRequest", pendingMatchId=pending["id"])
        joined = answer["pendingMatch"]
        players = m.names(each["playerId"] for each in joined["matchedPlayers"])
        assert (joined["id"], players, joined["skill"]) == (own, ["P1", "P3"], 18.5)
        assert await m.told("P1", "P2", "P3") == [mf("P1", "P3"), [], mf("P1", "P3")]


async def test_m12_who_cancels_is_told_nothing_further(of: Scenes) -> None:
    async with of("THREE") as m:
        await m.ask("P1", 10, 0)
        await m.ask("P2", 10, 20)
        await m.told("P1", "P2")
        await m.at(30)
        assert "error" not in await m.send("P2", "MatchmakingRequest", action="cancel")
        assert await m.told("P1", "P2") == [[("MU", [], ["P2"])], []]
        await m.at(40)
        assert await m.told("P1") == [NF]
        await m.at(70)
        assert await m.told("P1", "P2") == [[], []]
        again = await m.send("P2", "MatchmakingRequest", action="cancel")
        assert again["error"] == {"match": "NOT_FOUND"}


async def test_m13_players_drop_out_of_a_match_and_others_drop_in(of: Scenes) -> None:
    async with of("DROP_IN") as m:
        for name in ("P1", "P2", "P3"):
            await m.ask(name, 10)
        frames = await m.heard("P1")
        match_id = frames[-1]["matchId"]
        assert m.short(frames[-1]) == mf("P1", "P2", "P3")[0]
        await m.told("P2", "P3")
        await m.go("P3", 20)
        await m.at(30)
        await m.come("P3")
        await m.at(35)
        assert await m.told("P1", "P2") == [[], []]
        await m.go("P3", 50)
        await m.at(64.999)
        assert await m.told("P1", "P2") == [[], []]
        await m.at(65)
        assert await m.told("P1", "P2") == [[("MU", [], ["P3"])]] * 2
        await m.ask("P5", 12, 100)
        joined = {"P1": 1, "P2": 2, "P5": 3}
        assert await m.told("P1", "P2", "P5") == [*[[("MU", ["P5"], [])]] * 2, [("MF", joined)]]
        await m.ask("P6", 12, 301)
        assert await m.told("P1", "P5", "P6") == [[], [], []]
        details = await m.players["P1"].request("MatchDetailsRequest", matchId=match_id)
        assert m.names(each["id"] for each in details["opponents"]) == ["P2", "P5"]


async def test_m13_a_match_that_all_have_left_is_gone(of: Scenes) -> None:
    async with of("DROP_IN") as m:
        for name in ("P1", "P2", "P3"):
            await m.ask(name, 10)
        match_id = (await m.heard("P1"))[-1]["matchId"]
        for name in ("P1", "P2", "P3"):
            await m.go(name, 50)
        await m.at(65)
        await m.come("P1")
        answer = await m.players["P1"].request("MatchDetailsRequest", matchId=match_id)
        assert answer["error"] == {"matchId": "NOT_FOUND"}
        assert m.server.rows("SELECT id FROM competition_match WHERE id = ?", match_id) == []


async def test_m14_groups_do_not_meet(of: Scenes) -> None:
    async with of("MULTI_FIRST") as m:
        await m.ask("P1", 20, 0, matchGroup=f"{m.group}-1")
        await m.ask("P2", 20, 0, matchGroup=f"{m.group}-2")
        await m.at(30)
        for number in (1, 2):
            (frame,) = await m.heard(f"P{number}")
            assert frame["@class"] == ".MatchNotFoundMessage"
            assert frame["matchGroup"] == f"{m.group}-{number}"


async def test_m15_custom_queries_have_to_accept_each_other(of: Scenes) -> None:
    def asked(country: str) -> dict[str, object]:
        return {
            "participantData": {"country": country},
            "customQuery": {"players.participantData.country": country},
        }

    async with of("MULTI_FIRST") as m:
        await m.ask("P1", 20, 0, **asked("UK"))
        await m.ask("P2", 20, 0, **asked("US"))
        await m.at(30)
        assert await m.told("P1", "P2") == [NF, NF]
        await m.ask("P3", 20, 40, **asked("UK"))
        await m.ask("P4", 20, 40, **asked("UK"))
        assert await m.told("P3", "P4") == [mf("P3", "P4")] * 2
