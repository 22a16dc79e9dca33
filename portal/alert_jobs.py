"""The worker's job that sends mails about what happened, and the one that forgets old ones."""

import asyncio

from portal import alert_mails, mails
from realtime import database
from realtime.worker import job


@job("portal.alert_mails", every=5.0)
async def send_due() -> bool:
    """One mail. Whether there may be more."""
    claimed = await database.run(alert_mails.claim_due)
    if claimed is None:
        return False
    was_taken = claimed.mail is not None and await asyncio.to_thread(mails.send, claimed.mail)
    await database.run(alert_mails.settle, claimed, was_taken)
    return True


JOBS = [("portal.drop_old_alerts", 3600.0, alert_mails.drop_old)]
