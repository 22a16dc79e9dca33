"""The demo game's reminder of a turn (portal/demo/scripts), beside what the story shows of it."""

import json
from pathlib import Path

import pytest

from portal.demo.game import DOCUMENT, SCRIPTS
from tests.server_fixtures import Connect
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient
from tests.wire_games import WireGame

PLANNED = "SELECT key FROM cloudcode_scheduleditem WHERE stage_id = ? AND data LIKE ?"
REMINDED = (
    "SELECT copy.player_id FROM messaging_playermessage copy JOIN messaging_message message "
    "ON message.id = copy.message_id WHERE message.ext_code = 'TURN_REMINDER' AND message.stage_id = ?"
)


@pytest.fixture
async def duel_of_dice(server: DrivenServer, tmp_path: Path) -> WireGame:
    """The demo game under another key, with a secret that is known."""
    document = json.loads(DOCUMENT.read_text())
    secret = {"shortCode": "device", "name": "Device", "secret": "device-secret", "player": True}
    document |= {"apiKey": "demo00000001", "credentials": [secret | {"listener": True}]}
    document["properties"] = [{"shortCode": "TURN", "json": {"remindAfter": 3600}}]
    file = tmp_path / "game.json"
    file.write_text(json.dumps(document))
    game = WireGame.read(file)
    await server.command("import_game", str(file))
    await server.command("import_scripts", game.api_key, str(DOCUMENT.with_name(SCRIPTS)))
    return game


async def begin(anna: WireClient, pascal: WireClient) -> str:
    """A duel in which Anna throws first."""
    answer = await anna.request(
        "CreateChallengeRequest",
        challengeShortCode="DUEL",
        accessType="PRIVATE",
        usersToChallenge=[pascal.user_id],
        maxAttempts=1,
        endTime="2099-01-01T00:00Z",
    )
    duel: str = answer["challengeInstanceId"]
    await pascal.request("AcceptChallengeRequest", challengeInstanceId=duel)
    return duel


async def throw(client: WireClient, duel: str, eyes: int) -> Frame:
    return await client.request(
        "LogChallengeEventRequest", challengeInstanceId=duel, eventKey="MOVE", EYES=eyes
    )


async def test_each_turn_has_one_reminder_and_a_duel_that_is_over_none(
    server: DrivenServer, connect: Connect, duel_of_dice: WireGame
) -> None:
    anna, pascal = await connect(game=duel_of_dice), await connect(game=duel_of_dice)
    await anna.log_in("anna", "anna")
    await pascal.log_in("pascal", "pascal")
    stage_id = server.stage_id(duel_of_dice)

    duels = [await begin(anna, pascal) for _ in range(3)]
    await server.await_rows(PLANNED, stage_id, f"%{anna.user_id}%", count=3)
    for duel in duels:
        await throw(anna, duel, 9)
    planned = await server.await_rows(PLANNED, stage_id, f'%"player":"{pascal.user_id}"%', count=3)
    assert sorted(row["key"] for row in planned) == sorted(f"turn-{duel}" for duel in duels)
    assert len(server.rows(PLANNED, stage_id, "%")) == 3

    await throw(pascal, duels[0], 11)
    left = await server.await_rows(PLANNED, stage_id, "%", count=2)
    assert sorted(row["key"] for row in left) == sorted(f"turn-{duel}" for duel in duels[1:])
    server.execute("UPDATE competition_challenge SET state = 'COMPLETE' WHERE id = ?", duels[1])
    server.execute("UPDATE cloudcode_scheduleditem SET due_ms = 0 WHERE stage_id = ?", stage_id)
    await server.do("run_job", name="cloudcode.scheduled")
    reminder = await pascal.expect_message("ScriptMessage", extCode="TURN_REMINDER")
    assert (reminder["title"], reminder["summary"]) == ("À vous", "Anna attend votre lancer")
    await server.await_rows(PLANNED, stage_id, "%", count=0)
    assert server.rows(REMINDED, stage_id) == [{"player_id": pascal.user_id}]
