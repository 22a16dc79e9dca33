"""Teams over real sockets: the scenarios of competition-rules.md §6, and who hears what is said."""

from typing import Any

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer, register_device
from tests.wire.literal import Literal
from tests.wire_client import WireClient


async def found(owner: WireClient, team_type: str = "BASIC_TEAM", name: str = "GSTeam") -> dict[str, Any]:
    team_id = unique("team")
    answer = await owner.request("CreateTeamRequest", teamId=team_id, teamType=team_type, teamName=name)
    assert "error" not in answer, answer
    return answer


async def join(player: WireClient, team: dict[str, Any]) -> dict[str, Any]:
    return await player.request("JoinTeamRequest", teamId=team["teamId"])


def members(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(member["displayName"], member["online"]) for member in answer["members"]]


async def test_t1_a_team_is_founded_joined_and_spoken_in(
    server: DrivenServer, connect: Connect, player: Player
) -> None:
    p1, p2 = await player("P1"), await player("P2")
    team = await found(p1)
    assert (members(team), team["owner"]["id"]) == ([("P1", True)], p1.user_id)
    joined = await join(p2, team)
    assert members(joined) == [("P1", True), ("P2", True)]
    said = await p2.request("SendTeamChatMessageRequest", teamId=team["teamId"], message="Hi guys!")
    assert set(said) == {"@class", "requestId"}
    for client in (p1, p2):
        heard = await client.expect_message("TeamChatMessage")
        assert (heard["message"], heard["who"], heard["fromId"]) == ("Hi guys!", "P2", p2.user_id)
    listed = await p1.request("ListTeamChatRequest", teamId=team["teamId"])
    assert [line["message"] for line in listed["messages"]] == ["Hi guys!"]
    assert (await join(p2, team))["error"] == {"members": "ALREADY_JOINED"}
    await p2.request("EndSessionRequest")
    seen = await p1.request("GetTeamRequest", teamId=team["teamId"])
    assert members(seen) == [("P1", True), ("P2", False)]


async def test_t2_a_full_squad_takes_nobody_in(server: DrivenServer, player: Player) -> None:
    owner = await player("P1")
    squad = await found(owner, "SQUAD")
    for number in range(2, 6):
        answer = await join(await player(f"P{number}"), squad)
        assert len(answer["members"]) == number
    assert (await join(await player("P6"), squad))["error"] == {"members": "MAX_MEMBERS_REACHED"}


async def test_only_members_hear_what_is_said_and_who_is_away_is_pushed(
    server: DrivenServer, player: Player
) -> None:
    owner, away, former, friend, bystander = [
        await player(name) for name in ("Owner", "Away", "Former", "Friend", "Bystander")
    ]
    await server.befriend(owner.user_id, friend.user_id)
    team = await found(owner)
    for client in (away, former):
        await join(client, team)
    await former.request("LeaveTeamRequest", teamId=team["teamId"])
    await register_device(away)
    await away.request("EndSessionRequest")
    text = "verbatim: ${who} {{ x }} 😀"
    await owner.request("SendTeamChatMessageRequest", teamId=team["teamId"], message=text)
    heard = await owner.expect_message("TeamChatMessage")
    assert heard["message"] == text
    for client in (former, friend, bystander):
        assert await server.before_marker(client) == []
    (row,) = server.messages_of(away.user_id)
    assert [push["device_os"] for push in await server.pushes(row["id"])] == ["ios"]


async def test_members_of_an_extended_social_team_write_to_each_other_as_friends(
    server: DrivenServer, player: Player
) -> None:
    owner, one, two = [await player(name) for name in ("Owner", "One", "Two")]
    clan = await found(owner, "CLAN")
    for client in (one, two):
        await join(client, clan)
    answer = await one.request("SendFriendMessageRequest", friendIds=[two.user_id], message="hello")
    assert "error" not in answer
    assert (await two.expect_message("FriendMessage"))["message"] == "hello"
    await owner.request("DropTeamRequest", teamId=clan["teamId"])
    answer = await one.request("SendFriendMessageRequest", friendIds=[two.user_id], message="hello")
    assert answer["error"] == {"friendId": "NOT_FRIEND"}
    assert (await one.request("GetTeamRequest", teamId=clan["teamId"]))["error"] == {"team": "INVALID"}


async def test_a_type_whose_owners_may_have_several_names_no_team_to_join(
    server: DrivenServer, player: Player
) -> None:
    owner, other = await player("Owner"), await player("Other")
    await found(owner)
    named = {"teamType": "BASIC_TEAM", "ownerId": owner.user_id}
    answer = await other.request("JoinTeamRequest", **named)
    assert answer["error"] == {"teamType": "NOT_SINGULAR_USE_TEAMID"}
    answer = await other.request("JoinTeamRequest", **{**named, "teamType": "NONE"})
    assert answer["error"] == {"teamType": "INVALID"}
    assert (await other.request("JoinTeamRequest"))["error"] == {"teamId|teamType": "REQUIRED"}
    assert members(await other.request("GetTeamRequest", **named)) == [("Owner", True)]


async def test_teams_are_listed(server: DrivenServer, player: Player) -> None:
    owner, other = await player("Owner"), await player("Other")
    name = unique("Dragons")
    first, second = await found(owner, name=f"Red {name}"), await found(other, "SQUAD", f"Blue {name}")
    await join(owner, second)
    answer = await other.request("ListTeamsRequest", teamNameFilter=name.upper())
    assert [team["teamId"] for team in answer["teams"]] == [first["teamId"], second["teamId"]]
    answer = await other.request("ListTeamsRequest", teamNameFilter=name, entryCount=1, offset=1)
    assert [team["teamName"] for team in answer["teams"]] == [f"Blue {name}"]
    third = await found(other, name=f"Green {name}")
    for number, expected in enumerate([[first, second], [third], []]):  # the number of a page
        answer = await other.request("ListTeamsRequest", teamNameFilter=name, entryCount=2, offset=number)
        assert [team["teamId"] for team in answer["teams"]] == [team["teamId"] for team in expected]
    answer = await other.request("ListTeamsRequest", teamNameFilter=name, teamTypeFilter="SQUAD")
    assert [members(team) for team in answer["teams"]] == [[("Other", True), ("Owner", True)]]
    mine = await owner.request("GetMyTeamsRequest")
    assert [team["teamId"] for team in mine["teams"]] == [first["teamId"], second["teamId"]]
    owned = await owner.request("GetMyTeamsRequest", ownedOnly=True)
    assert [team["teamId"] for team in owned["teams"]] == [first["teamId"]]
    typed = await owner.request("GetMyTeamsRequest", teamTypes="SQUAD")
    assert [team["teamId"] for team in typed["teams"]] == [second["teamId"]]


async def test_a_chat_line_sent_again_as_a_durable_request_is_said_once(
    server: DrivenServer, player: Player
) -> None:
    owner = await player("Owner")
    team = await found(owner)
    request_id = owner.durable_id()
    for _ in range(2):
        await owner.post(
            "SendTeamChatMessageRequest", request_id=request_id, teamId=team["teamId"], message="once"
        )
        assert "error" not in await owner.answer(request_id)
    assert (await owner.expect_message("TeamChatMessage"))["message"] == "once"
    assert await server.before_marker(owner) == []
    assert len(server.messages_of(owner.user_id)) == 1


async def test_team_frames_as_expected(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("Anna"), await player("Bob")
    literal = Literal("TeamChatMessage", anna=anna.user_id, bob=bob.user_id, game=server.game_id())
    team_id = literal.bound["team"] = unique("team")
    named = {"teamId": team_id, "teamType": "BASIC_TEAM", "teamName": "GSTeam"}
    literal.check("created", await anna.request("CreateTeamRequest", **named))
    literal.check("joined", await bob.request("JoinTeamRequest", teamId=team_id))
    answer = await bob.request("SendTeamChatMessageRequest", teamId=team_id, message="Hi guys! 😀")
    literal.check("response", answer)
    literal.check("bobs", await bob.expect_message("TeamChatMessage"))
    literal.check("annas", await anna.expect_message("TeamChatMessage"))
    literal.check("chat", await anna.request("ListTeamChatRequest", teamId=team_id))
    literal.check("got", await anna.request("GetTeamRequest", teamId=team_id))
    literal.check("dropped", await anna.request("DropTeamRequest", teamId=team_id))
    literal.done()
