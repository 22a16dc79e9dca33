"""Jobs that run a script for many players."""

from typing import TYPE_CHECKING, Any

import msgspec

from cloudcode import bulk
from cloudcode.models import BulkJob
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.scheduler import LONGEST_DELAY, LONGEST_MODULE
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused
from cloudcode.scripts import check
from realtime import database
from realtime.worker import wake

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

JOB = "cloudcode.bulk_jobs"


class Submit(Arguments, frozen=True):
    """`module` or `script` is empty. `data` is any JSON."""

    query: Any
    module: str
    script: str
    data: Any
    delay: float


class Named(Arguments, frozen=True):
    id: str


class Listed(Arguments, frozen=True):
    ids: list[str]


@operation("bulk.submit", Submit)
async def submit(host: "ScriptHost", asked: Submit) -> str | None:
    """The job's id; None where as many wait as may."""
    if asked.delay > LONGEST_DELAY:
        raise Refused("nothing can be scheduled for later than in ten years")
    if len(asked.module) > LONGEST_MODULE or not asked.module + asked.script:
        raise Refused("a bulk job needs a module's short code, or a script")
    sound({"query": asked.query, "module": asked.module, "data": asked.data})
    if "\0" in asked.script:
        raise Refused("the script holds NUL")
    host.caller.budget.take_scheduled()
    query, data = (msgspec.json.encode(each).decode() for each in (asked.query or {}, asked.data))
    names = {"module": asked.module, "script": asked.script}
    job = BulkJob(stage_id=host.stage_id, query=query, data=data, **names)

    def store() -> bool:
        if fault := check({"bulk/script": asked.script}).get("bulk/script"):
            raise Refused(f"the script cannot be read: {fault}")
        return bulk.submit(job, max(0, int(asked.delay * 1000)))

    if not await database.run(store):
        return None
    wake(JOB)
    return job.pk


@operation("bulk.cancel", Named)
async def cancel(host: "ScriptHost", asked: Named) -> bool:
    sound({"id": asked.id})
    return await database.run(bulk.cancel, host.stage_id, asked.id)


@operation("bulk.list", Listed)
async def list_jobs(host: "ScriptHost", asked: Listed) -> list[dict[str, Any]]:
    sound({"ids": asked.ids})
    return [_shown(job) for job in await database.run(bulk.listed, host.stage_id, asked.ids)]


def _shown(job: BulkJob) -> dict[str, Any]:
    return {
        "id": job.pk,
        "query": msgspec.Raw(job.query.encode()),
        "data": msgspec.Raw(job.data.encode()),
        "module": job.module or None,
        "script": job.script or None,
        "created": job.created_ms,
        "scheduled": job.scheduled_ms,
        "started": job.started_ms,
        "completed": job.completed_ms,
        "estimated": job.estimated,
        "actual": job.actual,
        "done": job.done,
        "errors": job.errors,
    }
