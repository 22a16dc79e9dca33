"""A published change reaches a server that runs, without a restart and without losing a socket."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.live_server import LiveServer, unique
from tests.server_fixtures import Connect
from tests.wire_client import WireClient
from tests.wire_games import GAME

LIVE_WITHIN = 1.0  # seconds


async def _news(server: LiveServer, player: WireClient) -> str:
    """The summary that news are sent with now; empty while live knows no such message."""
    sent = await server.rest(
        "SendMessageRequest", stage="live", playerIds=[player.user_id], extCode="NEWS", data={"n": 1}
    )
    if "error" in sent:
        assert sent["error"] == {"extCode": "INVALID"}
        return ""
    return str((await player.expect_message("ScriptMessage"))["summary"])


async def _becomes(server: LiveServer, player: WireClient, before: str, after: str) -> None:
    deadline = time.monotonic() + LIVE_WITHIN
    while (summary := await _news(server, player)) == before:
        assert time.monotonic() < deadline, f"still {before!r}"
    assert summary == after


async def test_a_published_change_is_live_within_a_second_in_a_running_server(
    new_server: Callable[..., LiveServer], connect: Connect, tmp_path: Path
) -> None:
    server, document = new_server(), json.loads(GAME.document.read_text())
    document["messageExtensions"].append({"shortCode": "NEWS", "name": "News", "template": "The old text"})
    file = tmp_path / "game.json"
    file.write_text(json.dumps(document))
    server.manage("import_game", str(file), "--publish")
    anna = await connect(on=server, stage="live")
    await anna.register(unique("anna"))
    await _becomes(server, anna, "", "The old text")

    document["messageExtensions"][-1]["template"] = "The new text"
    file.write_text(json.dumps(document))
    server.manage("import_game", str(file))
    assert await _news(server, anna) == "The old text", "imported, not published"
    server.manage("publish_game", GAME.api_key, "--description", "New words")
    await _becomes(server, anna, "The old text", "The new text")
