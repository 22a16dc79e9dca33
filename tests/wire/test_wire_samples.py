"""Documents of the old server as they travelled (wire_samples.json): ours agree in keys and JSON types.

Nulls are left out (wire-protocol.md §7.3). Values are the games' own; what a template made of them too.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire.samples import SAMPLES, body, shape, without_nulls
from tests.wire_client import WireClient

REQUESTS = {
    ".AccountDetailsRequest",
    ".AuthenticationRequest",
    ".ChangeUserDetailsRequest",
    ".ListAchievementsRequest",
    ".PushRegistrationRequest",
    ".RegistrationRequest",
}
RESPONSES = {
    ".AccountDetailsResponse",
    ".AuthenticationResponse",
    ".ChangeUserDetailsResponse",
    ".RegistrationResponse",
}
MESSAGES = {
    ".ChallengeWonMessage",
    ".MatchFoundMessage",
    ".MatchNotFoundMessage",
    ".MatchUpdatedMessage",
    ".NewHighScoreMessage",
    ".NewTeamScoreMessage",
    ".TeamChatMessage",
    ".UploadCompleteMessage",
}
TEAMS = {
    ".CreateTeamRequest",
    ".CreateTeamResponse",
    ".JoinTeamRequest",
    ".JoinTeamResponse",
    ".SendTeamChatMessageRequest",
}
CHALLENGES = {
    ".CreateChallengeRequest",
    ".FindChallengeRequest",
    ".FindChallengeResponse",
    ".JoinChallengeRequest",
    ".LogChallengeEventRequest",
}
# tests/wire/test_competition_samples.py looks at these.
COMPETITION = {
    ".FindPendingMatchesRequest",
    ".FindPendingMatchesResponse",
    ".GetUploadUrlRequest",
    ".GetUploadUrlResponse",
    ".GetUploadedRequest",
    ".GetUploadedResponse",
    ".JoinPendingMatchRequest",
    ".JoinPendingMatchResponse",
    ".LeaderboardDataResponse",
    ".LogEventRequest",
    ".LogEventResponse",
    ".MatchDetailsRequest",
    ".MatchDetailsResponse",
    ".MatchmakingRequest",
}
# Requests that answer NOT_SUPPORTED, and their responses.
NOT_BUILT = {
    ".ListBulkJobsAdminRequest",
    ".ListBulkJobsAdminResponse",
    ".ScheduleBulkJobAdminRequest",
    ".ScheduleBulkJobAdminResponse",
}
# Of every message; filled in by the server, so no sample's fields hold them.
COMMON = {
    "@class",
    "messageId",
    "notification",
    "playerId",
    "gameId",
    "summary",
    "title",
    "subTitle",
    "extCode",
    "scriptData",
}
# Those that some samples lack: later versions of the old server sent them always, as we do.
ALWAYS = {"playerId", "gameId"}


def cases(classes: set[str]) -> list[Any]:
    return [
        pytest.param(sample, id=f"{name[1:]}-{number}")
        for name in sorted(classes)
        for number, sample in enumerate(SAMPLES[name])
    ]


def test_every_sample_is_in_scope_or_not_built() -> None:
    groups = [REQUESTS, RESPONSES, MESSAGES, TEAMS, CHALLENGES, COMPETITION, NOT_BUILT]
    assert sum(len(group) for group in groups) == len(set().union(*groups))
    assert set().union(*groups) == set(SAMPLES)


@pytest.mark.parametrize("sample", cases(MESSAGES))
async def test_message_agrees_with_sample(server: DrivenServer, player: Player, sample: Any) -> None:
    ben, wanted = await player("ben"), without_nulls(sample)
    fields = {key: value for key, value in wanted.items() if key not in COMMON}
    await server.fire(sample["@class"][1:], fields, [ben.user_id])
    frame = await ben.expect_message(sample["@class"][1:])
    assert shape({key: value for key, value in frame.items() if key not in ALWAYS - set(wanted)}) == shape(
        wanted
    )
    assert isinstance(frame["gameId"], int)
    assert {key: frame[key] for key in fields} == fields


@pytest.mark.parametrize("name", sorted(name for name in NOT_BUILT if name.endswith("Request")))
async def test_request_that_is_not_built_says_so(server: DrivenServer, connect: Connect, name: str) -> None:
    admin = await connect(credential="admin")
    anna = await connect()
    await anna.device_log_in("sample")
    for sample in SAMPLES[name]:
        answer = await admin.request(name[1:], **{**body(sample), "playerId": anna.user_id})
        assert answer["error"] == {"@class": "NOT_SUPPORTED"}


@pytest.mark.parametrize("sample", cases(REQUESTS))
async def test_request_of_sample_is_accepted(player: Player, sample: Any) -> None:
    """Wrong passwords and unregistered names are errors of their own; no field is refused."""
    anna = await player("anna")
    fields = body(sample)
    if "userName" in fields:
        fields["userName"] = unique(fields["userName"])
    answer = await anna.request(sample["@class"][1:], **fields)
    assert answer.get("error", {"DETAILS": "UNRECOGNISED"}) == {"DETAILS": "UNRECOGNISED"}


async def test_teams_agree_with_samples(player: Player) -> None:
    """In keys and types with the latest samples: those of 2014 lack some."""
    one, two = await player("PLAYER_1"), await player("PLAYER_2")
    squad, empty, basic = SAMPLES[".CreateTeamRequest"]
    assert "error" not in await one.request("CreateTeamRequest", **body(squad))
    assert (await one.request("CreateTeamRequest", **body(empty)))["error"] == {"teamType": "INVALID"}
    created = await one.request("CreateTeamRequest", **body(basic))
    joined_squad, empty, joined_basic = SAMPLES[".JoinTeamRequest"]
    assert "error" not in await two.request("JoinTeamRequest", **body(joined_squad))
    assert (await two.request("JoinTeamRequest", **body(empty)))["error"] == {"team": "INVALID"}
    joined = await two.request("JoinTeamRequest", **body(joined_basic))
    for answer, name in ((created, ".CreateTeamResponse"), (joined, ".JoinTeamResponse")):
        del answer["requestId"]
        assert shape(answer) == shape(without_nulls(SAMPLES[name][-1]))
    (said,) = SAMPLES[".SendTeamChatMessageRequest"]
    assert "error" not in await two.request("SendTeamChatMessageRequest", **body(said))
    assert (await one.expect_message("TeamChatMessage"))["message"] == "Hi guys!"


async def test_challenges_agree_with_samples(server: DrivenServer, player: Player) -> None:
    """With an end that is ahead again, and players of today, who have `externalIds`."""
    one, two, three = [await player(f"PLAYER_{number}") for number in (1, 2, 3)]

    async def create(sample: dict[str, Any]) -> dict[str, Any]:
        ahead = {"endTime": "2099-12-30T12:00Z"}
        if "expiryTime" in sample:
            ahead |= {"expiryTime": "2099-12-30T12:00Z"}
        if "usersToChallenge" in sample:
            ahead |= {"usersToChallenge": [two.user_id, three.user_id, three.user_id]}
        answer = await one.request("CreateChallengeRequest", **{**body(sample), **ahead})
        assert "error" not in answer
        return answer

    private, newbie, _, friendly, _ = [await create(each) for each in SAMPLES[".CreateChallengeRequest"]]
    issued = await two.expect_message("ChallengeIssuedMessage")
    assert issued["challenge"]["challengeId"] == private["challengeInstanceId"]
    assert issued["message"] == "Welcome to this Challenge"
    await server.rest("SetSegmentValueRequest", playerId=two.user_id, segment="level", value="Newbie")
    plain, by_category = SAMPLES[".FindChallengeRequest"]
    found = await two.request("FindChallengeRequest", **body(plain))
    mine = [each for each in found["challengeInstances"] if each["challenger"]["id"] == one.user_id]
    assert [each["challengeId"] for each in mine] == [newbie["challengeInstanceId"]]
    wanted = without_nulls(SAMPLES[".FindChallengeResponse"][0]["challengeInstances"][0])
    assert shape(_of_2015(mine[0], one.user_id)) == shape(_of_2015(wanted, wanted["challenger"]["id"]))
    found = await three.request("FindChallengeRequest", **body(by_category))
    assert friendly["challengeInstanceId"] in [each["challengeId"] for each in found["challengeInstances"]]
    for client, sample, challenge in (
        (two, SAMPLES[".JoinChallengeRequest"][0], newbie),
        (three, SAMPLES[".JoinChallengeRequest"][1], friendly),
    ):
        named = {**body(sample), "challengeInstanceId": challenge["challengeInstanceId"]}
        assert (await client.request("JoinChallengeRequest", **named))["joined"] is True
    (logged,) = SAMPLES[".LogChallengeEventRequest"]
    named = {**body(logged), "challengeInstanceId": newbie["challengeInstanceId"]}
    assert set(await two.request("LogChallengeEventRequest", **named)) == {"@class", "requestId"}


def _of_2015(challenge: dict[str, Any], challenger: str) -> dict[str, Any]:
    """Players without `externalIds`, and the challenger's turns under one name."""
    players = [{key: each[key] for key in ("id", "name")} for each in challenge["accepted"]]
    named = {key: challenge["challenger"][key] for key in ("id", "name")}
    turns = {"challenger": challenge["turnCount"][challenger]}
    return challenge | {"accepted": players, "challenger": named, "turnCount": turns}


async def answers(
    client: WireClient, server: DrivenServer, tmp_path: Path
) -> dict[str, list[dict[str, Any]]]:
    """Our own responses of those classes: of a new player, and of one with a place in the world."""
    name = unique("anna")
    placed: dict[str, Any] = {
        "id": f"{int(client.session_id[:12], 16):024x}",
        "userName": unique("placed"),
        "password": "password",
        "displayName": "PLAYER ONE",
        "location": {"city": "York", "country": "GB", "latitide": 53.96, "longditute": -1.08},
    }
    file = tmp_path / "players.jsonl"
    file.write_text(json.dumps(placed) + "\n")
    await server.command("import_players", "Wire01234567", "preview", str(file))
    registered = await client.register(name, "password")
    plain = await client.request("AccountDetailsRequest")
    changed = await client.request("ChangeUserDetailsRequest", displayName="x")
    logged_in = await client.log_in(placed["userName"], "password")
    details = await client.request("AccountDetailsRequest")
    return {
        ".RegistrationResponse": [registered],
        ".AuthenticationResponse": [logged_in],
        ".ChangeUserDetailsResponse": [changed],
        ".AccountDetailsResponse": [plain, details],
    }


async def test_responses_agree_with_samples(server: DrivenServer, connect: Connect, tmp_path: Path) -> None:
    """Each of our keys is one of the samples' with the same type, and no sample's key is missing in ours.

    `scriptData` on responses is a script's; the request's id is the client's to send.
    """
    client = await connect()
    for name, ours in (await answers(client, server, tmp_path)).items():
        sampled: dict[str, Any] = {}
        for sample in SAMPLES[name]:
            for key, value in without_nulls(sample).items():
                sampled.setdefault(key, shape(value))
        given = {key: shape(value) for answer in ours for key, value in answer.items()}
        for key in {"scriptData", "requestId"}:
            sampled.pop(key, None)
            given.pop(key, None)
        assert given == sampled, name
