"""Goes on with bulk jobs (cloud-code.md §7): stages in turns, a job's players one after the other."""

import asyncio

import msgspec

from cloudcode import background, bulk, locks, logs
from cloudcode.host import Caller, Kept, message_budget, run_script
from cloudcode.models import BulkJob
from cloudcode.sandbox.running import LogLine, Refused, Script
from cloudcode.sandbox.sources import source_of
from games.config import GameConfig
from games.config_store import configs
from protocol.dates import now_ms
from protocol.run import Run
from realtime import database, lifecycle
from realtime.worker import wake_here

JOB = "cloudcode.bulk_jobs"
EVERY = 1.0  # seconds
TURN = 5.0  # seconds that one goes on with a job before others have theirs
PUT_OFF_MS = 5_000

_last_stage = 0  # whose job had the last turn


async def run_due() -> bool:
    """Begin a turn of each stage that has a job and there is room for; True when something was begun."""
    global _last_stage
    began = False
    now = now_ms()
    due = [stage_id for stage_id, due_ms in await database.run(bulk.next_due) if due_ms <= now]
    for stage_id in sorted(due, key=lambda stage_id: (stage_id <= _last_stage, stage_id)):
        if lifecycle.stopping() or not background.has_room(stage_id):
            continue
        job = await database.run(bulk.claim, stage_id)
        if job is not None:
            _last_stage, began = stage_id, True
            background.start(stage_id, _turn(job))
    return began


async def _turn(job: BulkJob) -> None:
    """What a run sends goes out once it is counted: should this process die then, a worker delivers it."""
    database.in_background()
    try:
        config = await database.run(configs.current, job.stage_id)
        script = _script(config, job)
        if script is None:
            await _say(config, job, f"Module not found: {job.module}")
            await database.run(bulk.complete, job)
            return
        if await database.run(bulk.begin, job) and await _go_through(config, script, job):
            await database.run(bulk.complete, job)
    except Refused as refused:  # the query took too long
        await _say(config, job, str(refused))
        await database.run(bulk.complete, job)
    finally:
        wake_here(JOB)  # what there was no room for


async def _go_through(config: GameConfig, script: Script, job: BulkJob) -> bool:
    """Player by player. False where the job is not over and not gone on with here."""
    until = asyncio.get_running_loop().time() + TURN
    while players := await database.run(bulk.next_players, job):
        for player_id in players:
            if lifecycle.stopping() or asyncio.get_running_loop().time() > until:
                await database.run(bulk.leave, job)
                return False
            if not await _run_for(config, script, job, player_id):
                return False
    return True


async def _run_for(config: GameConfig, script: Script, job: BulkJob, player_id: str) -> bool:
    """False where the job is not gone on with here."""
    caller, kept = Caller(config, Run(), message_budget(), player_id), Kept()
    async with locks.released(caller.budget):
        outcome = await run_script(script, caller, msgspec.json.decode(job.data), kept)
    if not outcome.begun:
        await database.run(bulk.leave, job, PUT_OFF_MS)
        return False
    failed = outcome.failure is not None or bool(kept.errors)
    goes_on = await database.run(bulk.advance, job, player_id, failed)
    await caller.run.flush()
    return goes_on


def _script(config: GameConfig, job: BulkJob) -> Script | None:
    modules = config.sections["scripts"].modules
    if job.module:
        source = modules.get(job.module)
        return None if source is None else Script(f"modules/{job.module}", source, modules)
    source = source_of(job.script) or source_of(";")
    assert source is not None
    return Script(f"bulk/{job.pk}", source, modules)


async def _say(config: GameConfig, job: BulkJob, words: str) -> None:
    name = f"modules/{job.module}" if job.module else f"bulk/{job.pk}"
    log = logs.RunLog(config.stage_id, name, None)
    log.add(LogLine("ERROR", msgspec.json.encode(words).decode()))
    await logs.write(log.rows)
