"""An account of the wrong environment: Apple calls every token bad. Then it is corrected.

The wrong environment is a simulator of its own, which knows none of the devices.
"""

import asyncio

from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.pushes.installation import Installation
from benchmarks.faults.pushes.reckoning import reckon, settled
from benchmarks.push_services import Services

TITLE = "1,000 devices on an account of the wrong environment, which is then corrected"
READERS, SHORT_READERS = 1000, 30
WITHIN = 120.0
CODE = "BadDeviceToken"


async def run(at: Installation, short: bool) -> Outcome:
    """Everybody gets what was sent before the correction, and what is sent after it."""
    elsewhere = Services(at.folder / "elsewhere")
    elsewhere.folder.mkdir()
    await asyncio.to_thread(elsewhere.start)
    try:
        return await _suffer(at, elsewhere, SHORT_READERS if short else READERS)
    finally:
        elsewhere.kill()


async def _suffer(at: Installation, elsewhere: Services, count: int) -> Outcome:
    elsewhere.fault("refuse", "apns", code=CODE)
    await at.add_readers(["apns"] * count, {"apns": elsewhere.accounts()["apns"]})
    await at.send(at.readers)
    refused = f"code = '{CODE}'"
    await until(lambda: at.count("push_pushattempt", refused) >= count, WITHIN, "not every push was refused")
    (account,) = at.rows("SELECT state FROM push_provideraccount WHERE provider = 'apns'")
    if account["state"] != "wrong":
        raise FaultFailed(f"the account is called {account['state']}")
    if pruned := at.count("push_device", "disabled <> ''"):
        raise FaultFailed(f"{pruned} devices were pruned")
    await at.set_account("apns", at.services.account_file("apns"))
    await at.send(at.readers)
    await settled(at, WITHIN)
    outcome = reckon(at, {})
    if taken := elsewhere.count():
        raise FaultFailed(f"{taken} pushes were taken by the wrong environment")
    outcome.figures = {
        "refused by the wrong environment": at.count("push_pushattempt", refused),
        "delivered after the correction": at.services.count(),
        "pruned": at.count("push_device", "disabled <> ''"),
    }
    return outcome
