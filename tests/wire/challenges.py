"""What tests of challenges share: requests, dates ahead, and how time passes for a challenge."""

import time
from datetime import UTC, datetime
from typing import Any

from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient

INVALID = {"challengeInstanceId": "INVALID"}
TIMES = ("start_ms", "end_ms", "expiry_ms", "due_ms")


def ahead(minutes: float, seconds: bool = False) -> str:
    """A wire date so many minutes from now."""
    moment = datetime.fromtimestamp(time.time() + minutes * 60, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if seconds else "%Y-%m-%dT%H:%MZ")


def today(frame: Frame) -> str:
    """The start date of a message's challenge."""
    return str(frame["challenge"]["startDate"])


def let_pass(server: DrivenServer, challenge_id: str, minutes: float) -> None:
    """So many minutes go by for this challenge: its times come nearer."""
    moved = ", ".join(f"{column} = {column} - {int(minutes * 60_000)}" for column in TIMES)
    server.execute(f"UPDATE competition_challenge SET {moved} WHERE id = ?", challenge_id)


async def several(player: Player, *wanted: str) -> list[WireClient]:
    return [await player(name) for name in wanted]


async def create(client: WireClient, short_code: str = "SC1", **fields: Any) -> str:
    """The id of a new challenge, with an end in an hour unless it says otherwise."""
    fields = {"challengeShortCode": short_code, "endTime": ahead(60), **fields}
    answer = await client.request("CreateChallengeRequest", **fields)
    assert set(answer) == {"@class", "requestId", "challengeInstanceId"}, answer
    return str(answer["challengeInstanceId"])


async def join(client: WireClient, challenge_id: str, **fields: Any) -> Frame:
    return await client.request("JoinChallengeRequest", challengeInstanceId=challenge_id, **fields)


async def accept(client: WireClient, challenge_id: str, **fields: Any) -> Frame:
    return await client.request("AcceptChallengeRequest", challengeInstanceId=challenge_id, **fields)


async def decline(client: WireClient, challenge_id: str, **fields: Any) -> Frame:
    return await client.request("DeclineChallengeRequest", challengeInstanceId=challenge_id, **fields)


async def get(client: WireClient, challenge_id: str) -> Frame:
    answer = await client.request("GetChallengeRequest", challengeInstanceId=challenge_id)
    shown: Frame = answer.get("challenge", answer)
    return shown


async def listed(client: WireClient, **fields: Any) -> list[str]:
    answer = await client.request("ListChallengeRequest", **fields)
    return [each["challengeId"] for each in answer["challengeInstances"]]


async def hears(client: WireClient, what: str, challenge_id: str, **fields: Any) -> Frame:
    """The next `Challenge<what>Message` about the challenge; its other fields are looked at by the caller."""
    return await client.expect_message(
        f"Challenge{what}Message",
        where=lambda frame: frame["challenge"]["challengeId"] == challenge_id,
        **fields,
    )


def names(players: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in players]


def classes(frames: list[Frame]) -> list[str]:
    """Challenge messages by what they say: `Started` for `.ChallengeStartedMessage`."""
    return [each["@class"].removeprefix(".Challenge").removesuffix("Message") for each in frames]
