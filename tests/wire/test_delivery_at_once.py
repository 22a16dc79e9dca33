"""What is sent to somebody online is there at once: no sweep, no tick of the worker stands between."""

from tests.live_server import LiveServer, unique
from tests.server_fixtures import Connect

AT_ONCE = 2.0  # seconds; the worker looks for what nobody delivered after 5


async def test_message_of_a_rest_call_reaches_an_online_player_at_once(
    server: LiveServer, connect: Connect
) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    sent = await server.rest("SendMessageRequest", playerIds=[anna.user_id], data={"gift": "dice"})
    assert sent["recipients"] == 1
    frame = await anna.expect_message("ScriptMessage", within=AT_ONCE)
    assert frame["data"] == {"gift": "dice"}
