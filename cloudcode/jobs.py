"""Background work of scripts."""

from django.conf import settings

from cloudcode.models import ScriptLog
from protocol.dates import now_ms
from realtime import database
from realtime.old_rows import delete_old
from realtime.worker import job

BATCH = 500
DAY_MS = 24 * 3600 * 1000


@job("cloudcode.delete_old_logs", every=300.0)
async def forget_logs() -> bool:
    return await database.run(delete_old_logs)


def delete_old_logs() -> bool:
    """True while more may be left."""
    before = now_ms() - int(settings.FLINT_RETENTION_SCRIPT_LOG_DAYS * DAY_MS)
    return delete_old(ScriptLog, "at_ms", before, BATCH)
