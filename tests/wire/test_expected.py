"""The frames of expected/*.json: FriendMessage, ScriptMessage, DeviceAuthentication, the inbox requests."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire.literal import EXPECTED, Literal
from tests.wire_client import WireClient

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")

CHALLENGES = (  # tests/wire/test_challenge_frames.py
    *("Issued", "Accepted", "Declined", "Withdrawn", "Joined", "Started", "Waiting", "Expired", "Chat"),
    *("TurnTaken", "Changed", "Won", "Lost", "Drawn"),
)


@dataclass
class Story:
    """Anna wrote to Bob, then a gift came."""

    anna: WireClient
    bob: WireClient
    names: dict[str, Any]
    friend: dict[str, Any]
    gift: dict[str, Any]


@pytest.fixture
async def story(server: DrivenServer, player: Player) -> Story:
    anna, bob = await player("Anna"), await player("Bob")
    await server.befriend(anna.user_id, bob.user_id)
    await anna.request("SendFriendMessageRequest", friendIds=[bob.user_id], message="hello")
    friend = await bob.expect_message("FriendMessage")
    gift: dict[str, Any] = {"extCode": "DAILY_GIFT", "data": {"gift": "dice"}}
    await server.rest("SendMessageRequest", playerIds=[bob.user_id], **gift)
    names = {"anna": anna.user_id, "bob": bob.user_id, "game": server.game_id()}
    return Story(anna, bob, names, friend, await bob.expect_message("ScriptMessage"))


def test_expected_frames_stand_for_each_that_was_promised() -> None:
    assert {path.stem for path in EXPECTED.glob("*.json")} == {
        "FriendMessage",
        "AchievementEarnedMessage",
        "ScriptMessage",
        "TeamChatMessage",
        "MatchFoundMessage",
        "MatchNotFoundMessage",
        "MatchUpdatedMessage",
        "MatchUpdatedMessage_open",
        "NewHighScoreMessage",
        "NewTeamScoreMessage",
        "SocialRankChangedMessage",
        "GlobalRankChangedMessage",
        "TeamRankChangedMessage",
        "UploadCompleteMessage",
        "DeviceAuthentication",
        "ListMessage",
        "ListMessageDetail",
        "ListMessageSummary",
        "GetMessage",
        "UpdateMessage",
        "DismissMessage",
        "DismissMultipleMessages",
        *(f"Challenge{what}Message" for what in CHALLENGES),
    }


async def test_friend_message_as_expected(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("Anna"), await player("Bob")
    await server.befriend(anna.user_id, bob.user_id)
    literal = Literal("FriendMessage", anna=anna.user_id, bob=bob.user_id, game=server.game_id())
    text = "Your turn, Bob 😀"
    answer = await anna.request("SendFriendMessageRequest", friendIds=[bob.user_id], message=text)
    literal.check("response", answer)
    literal.check("plain", await bob.expect_message("FriendMessage"))
    literal.done()


async def test_script_message_as_expected(server: DrivenServer, player: Player) -> None:
    bob = await player("Bob")
    literal = Literal("ScriptMessage", bob=bob.user_id, game=server.game_id())

    async def send(case: str, **fields: Any) -> dict[str, Any]:
        answer = await server.rest("SendMessageRequest", playerIds=[bob.user_id], **fields)
        literal.check(case, await bob.expect_message("ScriptMessage"))
        return answer

    data = {"level": 3, "names": ["a", "b"], "nothing": None, "deep": {"yes": True, "pi": 3.25}}
    literal.check("response", await send("plain", data=data))
    await send("extension", extCode="DAILY_GIFT", data={"gift": "dice"})
    await server.rest("SetSegmentValueRequest", playerId=bob.user_id, segment="COUNTRY", value="FR")
    await send("variant", extCode="DAILY_GIFT", data={"gift": "dés"})
    words = {"title": "A title", "subTitle": "below it", "summary": "${title} stays as it is"}
    await send("ownWords", sendAsPush=False, **words)
    literal.done()


async def test_device_authentication_as_expected(connect: Connect) -> None:
    bob, device = await connect(), unique("device")
    literal = Literal("DeviceAuthentication")
    literal.check("newPlayer", await bob.device_log_in(device, displayName="Bob", deviceModel="x"))
    literal.check("again", await bob.device_log_in(device, displayName="Another"))
    literal.check("missing", await bob.request("DeviceAuthenticationRequest"))
    literal.done()


async def test_list_message_as_expected(story: Story) -> None:
    bob, literal = story.bob, Literal("ListMessage", **story.names)
    literal.check("all", await bob.request("ListMessageRequest"))
    literal.check("paged", await bob.request("ListMessageRequest", entryCount=1, offset=1))
    literal.check("included", await bob.request("ListMessageRequest", include="DAILY_GIFT"))
    literal.check("none", await bob.request("ListMessageRequest", include="TeamChatMessage"))
    literal.done()


async def test_list_message_detail_as_expected(story: Story) -> None:
    bob, literal = story.bob, Literal("ListMessageDetail", **story.names)
    literal.check("all", await bob.request("ListMessageDetailRequest"))
    await bob.request("UpdateMessageRequest", messageId=story.friend["messageId"], status="answered")
    literal.check("byStatus", await bob.request("ListMessageDetailRequest", status="answered"))
    literal.done()
    assert DATE.fullmatch(literal.bound["friendDate"])


async def test_list_message_summary_as_expected(story: Story) -> None:
    literal = Literal("ListMessageSummary", **story.names)
    literal.check("all", await story.bob.request("ListMessageSummaryRequest"))
    literal.done()


async def test_get_message_as_expected(story: Story) -> None:
    bob, literal = story.bob, Literal("GetMessage", **story.names)
    message_id = story.friend["messageId"]
    literal.check("new", await bob.request("GetMessageRequest", messageId=message_id))
    literal.check("missing", await bob.request("GetMessageRequest"))
    literal.check("unknown", await bob.request("GetMessageRequest", messageId="0" * 24))
    literal.done()
    listed = (await bob.request("ListMessageSummaryRequest"))["messageList"]
    assert [(each["messageId"] == message_id, each["seen"]) for each in listed] == [
        (False, False),
        (True, True),
    ]


async def test_update_message_as_expected(story: Story) -> None:
    bob, literal = story.bob, Literal("UpdateMessage")
    message_id = story.friend["messageId"]
    literal.check("done", await bob.request("UpdateMessageRequest", messageId=message_id, status="read"))
    literal.check("missing", await bob.request("UpdateMessageRequest"))
    literal.done()
    assert (await bob.request("GetMessageRequest", messageId=message_id))["status"] == "read"


async def test_dismiss_message_as_expected(story: Story) -> None:
    bob, literal = story.bob, Literal("DismissMessage")
    for case in ("done", "again"):
        message_id = story.friend["messageId"]
        literal.check(case, await bob.request("DismissMessageRequest", messageId=message_id))
    literal.done()
    assert (await bob.request("ListMessageRequest"))["messageList"] == [story.gift]


async def test_dismiss_multiple_messages_as_expected(story: Story) -> None:
    bob, literal = story.bob, Literal("DismissMultipleMessages")

    async def dismiss(**fields: Any) -> dict[str, Any]:
        return await bob.request("DismissMultipleMessagesRequest", **fields)

    literal.check("missing", await dismiss())
    foreign = "0123456789abcdef01234567"
    literal.check("some", await dismiss(messageIds=[foreign, story.friend["messageId"]]))
    literal.check("all", await dismiss(messageIds=story.gift["messageId"]))
    literal.done()
    assert (await bob.request("ListMessageRequest"))["messageList"] == []
