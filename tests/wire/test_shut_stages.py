"""A stage that answers nobody any more, in a server that runs: unpublished, deleted, and back again."""

import time
from collections.abc import Callable

from tests.live_server import LiveServer, unique
from tests.server_fixtures import Connect
from tests.wire_client import Frame, WireClient
from tests.wire_games import GAME

SHUT = 4404
GAME_ROW = f"""
from games.models import Game
from games.publishing import publish, unpublish
from games.recycling import delete_game, restore_game
game = Game.objects.get(api_key={GAME.api_key!r})
"""
UNPUBLISH = "unpublish(game, None, game.stage('live').snapshot_id)"


def run(server: LiveServer, command: str) -> None:
    server.manage("shell", "-c", f"{GAME_ROW}\n{command}")


async def refusal(server: LiveServer, stage: str) -> Frame | None:
    """The error of a new connection's first frame, None where it may go on."""
    client = await WireClient.open(server.url(stage))
    try:
        frame = await client.next_response()
        error: Frame | None = frame.get("error")
        return error
    finally:
        await client.close()


async def becomes(server: LiveServer, stage: str, wanted: Frame | None) -> None:
    deadline = time.monotonic() + 5
    while (found := await refusal(server, stage)) != wanted:
        assert time.monotonic() < deadline, found


async def called(server: LiveServer, stage: str) -> Frame:
    return await server.rest("ListTeamsRequest", stage=stage)


async def test_an_unpublished_stage_answers_as_before_its_first_publication(
    new_server: Callable[..., LiveServer], connect: Connect
) -> None:
    server = new_server()
    idle = await connect(on=server, stage="live")
    lea = await connect(on=server, stage="live")
    name = unique("lea")
    await lea.register(name)
    other = await connect(on=server, stage="preview")
    run(server, UNPUBLISH)
    assert [await each.wait_closed(within=5) for each in (idle, lea)] == [SHUT, SHUT]
    await becomes(server, "live", {"stage": "NOT_PUBLISHED"})
    assert (await called(server, "live"))["error"] == {"stage": "NOT_PUBLISHED"}
    assert "error" not in await other.register(unique("pia"))
    run(server, "publish(game, None, 'Again')")
    await becomes(server, "live", None)
    back = await connect(on=server, stage="live")
    assert (await back.log_in(name))["userId"] == lea.user_id


async def test_nothing_of_a_deleted_game_answers_until_it_is_restored(
    new_server: Callable[..., LiveServer], connect: Connect
) -> None:
    server = new_server()
    held = [await connect(on=server, stage=stage) for stage in ("live", "preview")]
    name = unique("lea")
    await held[1].register(name)
    run(server, "delete_game(game, None)")
    assert [await each.wait_closed(within=5) for each in held] == [SHUT, SHUT]
    for stage in ("live", "preview"):
        await becomes(server, stage, {"apiKey": "UNKNOWN"})
        assert (await called(server, stage))["error"] == {"apiKey": "UNKNOWN"}
    run(server, "restore_game(game, None)")
    await becomes(server, "preview", None)
    back = await connect(on=server, stage="preview")
    assert (await back.log_in(name))["userId"] == held[1].user_id
