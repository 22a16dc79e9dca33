"""Jobs that run a script for each player whom a query finds (cloud-code.md §7)."""

from typing import Any

from tests.live_server import unique
from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"
OF_JOB = (
    "SELECT estimated, actual, done, errors FROM cloudcode_bulkjob WHERE id = ? AND completed_ms IS NOT NULL"
)
GIVE = """
var me = Spark.getPlayer(), data = Spark.getData();
if (me.displayName === "Cy") throw "not for Cy";
if (me.displayName === "Di") Spark.setScriptError("for", "nobody");
me.setScriptData("given", (me.getScriptData("given") || 0) + data.coins);
Spark.sendMessageById({coins: data.coins}, me.getPlayerId());
"""


async def ask(client: WireClient, scripts: SetScripts, text: str, **more: str) -> Any:
    body = f"var jobs = Spark.getBulkScheduler(), result;\n{text}\nSpark.setScriptData('result', result);"
    await scripts({f"event/{EVENT}": body} | more)
    answer = await client.request("LogEventRequest", eventKey=EVENT, score="1")
    assert "error" not in answer, answer
    return answer["scriptData"]["result"]


async def test_a_job_runs_its_module_once_for_each_player_of_the_query(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """What fails, and what sets an error, counts as one."""
    names = ("Ana", "Bo", "Cy", "Di", "Eve")
    clients = [await player(name) for name in names]
    ids = [client.user_id for client in clients[:4]]
    query = f"{{_id: {{$in: {[{'$oid': each} for each in ids]}}}}}"
    job = await ask(
        clients[0],
        scripts,
        f"result = jobs.submitJobModule({query}, 'GIVE', {{coins: 5}}, 0);",
        **{"modules/GIVE": GIVE},
    )
    (row,) = await server.await_rows(OF_JOB, job)
    assert row == {"estimated": 4, "actual": 4, "done": 4, "errors": 2}
    for client, given in zip(clients, (5, 5, None, 5, None), strict=True):
        details = await client.request("AccountDetailsRequest")
        assert details.get("scriptData", {}).get("given") == given
    for client in (clients[0], clients[1], clients[3]):
        assert (await client.expect_message("ScriptMessage"))["data"] == {"coins": 5}
    for client in (clients[2], clients[4]):
        assert await server.before_marker(client) == []
    shown = await ask(
        clients[0],
        scripts,
        f"""var job = jobs.listBulkJobs(["{job}", "none"])[0];
        result = [job.id === "{job}", job.moduleShortCode, job.script, job.data,
            job.playerQuery._id.$in.length, job.estimatedCount, job.actualCount, job.doneCount,
            job.errorCount,
            job.created <= job.started && job.started <= job.completed, job.scheduledTime - job.created,
            jobs.cancelJob(job.id), jobs.listBulkJobs(["none"]).length];""",
    )
    assert shown == [True, "GIVE", None, {"coins": 5}, 4, 4, 4, 4, 2, True, 0, False, 0]


async def test_a_job_of_a_script_waits_until_it_is_due_and_may_be_cancelled(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    query = f'{{userName: "{unique("nobody")}"}}'
    found = await ask(
        ana,
        scripts,
        f"""var mine = {{_id: {{$oid: Spark.getPlayer().getPlayerId()}}}};
        var text = "Spark.sendMessageById({{at: Spark.getData()}}, Spark.getPlayer().getPlayerId());";
        var later = jobs.submitJobScript(mine, text, "never", 3600);
        var before = jobs.listBulkJobs([later])[0];
        result = {{
            before: [before.started, before.completed, before.script === text, before.doneCount],
            cancelled: [jobs.cancelJob(later), jobs.cancelJob(later), jobs.listBulkJobs([later]).length],
            soon: jobs.submitJobScript(mine, text, "soon", 0.2), none: jobs.submitJobScript({query}, "x();")
        }};""",
    )
    assert found["before"] == [None, None, True, 0]
    assert found["cancelled"] == [True, False, 0]
    assert (await ana.expect_message("ScriptMessage"))["data"] == {"at": "soon"}
    (row,) = await server.await_rows(OF_JOB, found["none"])
    assert row == {"estimated": 0, "actual": 0, "done": 0, "errors": 0}
    assert await server.before_marker(ana) == []


async def test_a_stage_has_twenty_jobs_waiting_and_faults_are_exceptions(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    waiting = "SELECT id FROM cloudcode_bulkjob WHERE completed_ms IS NULL AND stage_id = ?"
    await server.await_rows(waiting, server.stage_id(), count=0)
    found = await ask(
        ana,
        scripts,
        """var ids = [], said = [];
        for (var n = 0; n < 21; n++) ids.push(jobs.submitJobModule({userName: "x"}, "LATER", null, 3600));
        var attempt = function (act) { try { act(); } catch (fault) { said.push(fault.message); } };
        attempt(function () { jobs.submitJobModule({$where: "1"}, "LATER"); });
        attempt(function () { jobs.submitJobScript({}, "var = 1;"); });
        attempt(function () { jobs.submitJobModule({}, ""); });
        var cancelled = ids.filter(function (id) { return id !== null && jobs.cancelJob(id); }).length;
        result = [ids.indexOf(null), cancelled, said];""",
    )
    assert found[:2] == [20, 20]
    assert found[2] == [
        "$where is not available in queries",
        "the script cannot be read: line 1: variable name expected",
        "a bulk job needs a module's short code, or a script",
    ]


async def test_a_job_whose_worker_is_gone_goes_on_with_the_next_player(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """As it is left by one that died: begun, and its lease over."""
    ana, bo = sorted([await player("Ana"), await player("Bo")], key=lambda client: client.user_id)
    both = f'{{_id: {{$in: [{{$oid: "{ana.user_id}"}}, {{$oid: "{bo.user_id}"}}]}}}}'
    job = await ask(
        ana,
        scripts,
        f"result = jobs.submitJobModule({both}, 'GIVE', {{coins: 2}}, 3600);",
        **{"modules/GIVE": GIVE},
    )
    server.execute(
        "UPDATE cloudcode_bulkjob SET started_ms = 1, actual = 2, done = 1, cursor = ?, claim = ?,"
        " due_ms = 1 WHERE id = ?",
        ana.user_id,
        "0" * 24,
        job,
    )
    (row,) = await server.await_rows(OF_JOB, job)
    assert row == {"estimated": 2, "actual": 2, "done": 2, "errors": 0}
    assert (await bo.expect_message("ScriptMessage"))["data"] == {"coins": 2}
    assert await server.before_marker(ana) == []


async def test_an_unknown_module_ends_the_job_and_is_logged(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    job = await ask(ana, scripts, "result = jobs.submitJobModule({}, 'NO_SUCH_BULK');")
    (row,) = await server.await_rows(OF_JOB, job)
    assert (row["done"], row["errors"]) == (0, 0)
    sql = "SELECT text FROM cloudcode_scriptlog WHERE script = 'modules/NO_SUCH_BULK'"
    assert await server.await_rows(sql) == [{"text": '"Module not found: NO_SUCH_BULK"'}]
