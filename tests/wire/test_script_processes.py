"""Scheduled modules, scripts of the clock and locks: over two processes that share a database and die."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.server_template import ServerTemplate
from tests.wire.driven import DrivenServer
from tests.wire.http_service import http_service
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"
SCRIPTS = {
    f"event/{EVENT}": """
    var d = Spark.getData(), plan = Spark.getScheduler();
    for (var n = 0; n < d.many; n++) plan.inSeconds("MARK", d.delay, {mark: d.mark + n, url: d.url});
    if (d.lock) Spark.setScriptData("had", Spark.lockKey(d.lock, 0));
    if (d.lock && d.url) Spark.getHttp(d.url).get();
    """,
    "modules/MARK": """
    var d = Spark.getData();
    if (d.url) Spark.getHttp(d.url).get();
    Spark.getLog().error(d.mark);
    """,
    "system/GS_HOURLY": "Spark.getLog().error('hourly');",
}


@pytest.fixture
def two(server_template: ServerTemplate, tmp_path: Path) -> Iterator[tuple[DrivenServer, DrivenServer]]:
    """A run of theirs has at most three seconds, and is given up for dead two seconds later."""
    limits = {"FLINT_SCRIPT_MESSAGE_SECONDS": "3", "FLINT_SCRIPT_SECONDS": "3"}
    env = {"FLINT_SCRIPT_HOSTS": "localhost", **limits}
    one = server_template.server(DrivenServer, tmp_path / "one", env)
    other = server_template.server(DrivenServer, tmp_path / "other", env, beside=one)
    try:
        one.start()
        other.start()
        yield one, other
    finally:
        server_template.end([other, one])


async def player_of(server: DrivenServer, connect: Connect) -> WireClient:
    client = await connect(on=server)
    await client.device_log_in(unique("player"))
    return client


async def log(client: WireClient, **fields: Any) -> dict[str, Any]:
    answer = await client.request("LogEventRequest", eventKey=EVENT, score="1", **fields)
    return dict(answer.get("scriptData", {}))


async def marks(server: DrivenServer, mark: str, count: int) -> list[str]:
    """What was logged by modules that run to their end, once there are so many, in order."""
    sql = "SELECT text FROM cloudcode_scriptlog WHERE text LIKE ?"
    rows = await server.await_rows(sql, f'"{mark}%', count=count, within=15)
    return sorted(row["text"].strip('"') for row in rows)


async def test_each_runs_once_whatever_process_dies(
    two: tuple[DrivenServer, DrivenServer], connect: Connect
) -> None:
    one, other = two
    await one.set_scripts(SCRIPTS)
    await other.do("run_job", name="games.refresh_configs")  # it polls: its workers had the game before
    ana, bo = await player_of(one, connect), await player_of(other, connect)

    # With two workers each item runs once, and so does a script of the clock.
    await other.do("run_job", name="cloudcode.clock")
    one.execute("UPDATE cloudcode_systemtick SET slot = '2026-01-01T00'")
    await asyncio.gather(
        log(ana, many=10, delay=0.3, mark="a"),
        log(bo, many=10, delay=0.3, mark="b"),
    )
    assert await marks(one, "a", 10) == sorted(f"a{n}" for n in range(10))
    assert await marks(one, "b", 10) == sorted(f"b{n}" for n in range(10))
    assert await marks(one, "hourly", 1) == ["hourly"]

    # `kill -9` of a process whose run holds a lock, and of one in the middle of a scheduled module.
    async with http_service() as locked, http_service() as scheduled:
        holding = asyncio.create_task(log(ana, lock="door", url=f"{locked.url}/held"))
        await locked.came.wait()
        assert await log(bo, lock="door") == {"had": False}
        await log(bo, many=1, delay=0, mark="killed", url=f"{scheduled.url}/held")
        await scheduled.came.wait()
        one.kill()
        other.kill()
        holding.cancel()
        locked.released.set()
        scheduled.released.set()
        assert one.rows("SELECT text FROM cloudcode_scriptlog WHERE text LIKE ?", '"killed%') == []
        other.start()
        bo = await player_of(other, connect)
        while await log(bo, lock="door") == {"had": False}:  # until its holder is dead for sure
            assert other.rows("SELECT id FROM cloudcode_scriptlock")
        assert await marks(other, "killed", 1) == ["killed0"]

    # What became due while nothing ran runs when something does.
    await log(bo, many=3, delay=0.5, mark="late")
    other.kill()
    await asyncio.sleep(0.6)  # it is due meanwhile
    assert other.rows("SELECT text FROM cloudcode_scriptlog WHERE text LIKE ?", '"late%') == []
    other.start()
    assert await marks(other, "late", 3) == ["late0", "late1", "late2"]
    await other.await_rows("SELECT id FROM cloudcode_scheduleditem", count=0)
