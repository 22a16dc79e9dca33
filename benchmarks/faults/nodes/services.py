"""The installation's pushes go to the services of push/sim; what these delivered is held against the rows."""

import json
from collections import Counter
from typing import Any

from benchmarks.faults.outcome import FaultFailed
from benchmarks.push_services import Services
from tests.live_database import PostgresDatabase

PROVIDER = "apns"  # of every device of the seed
# How often each message's push was claimed, and how its attempts ended.
_PUSHED = """
SELECT m.id, (SELECT count(*) FROM fault_claimed c WHERE c.id = m.id) AS claims,
    (SELECT json_agg(a.code) FROM push_pushattempt a WHERE a.player_message_id = m.id) AS codes
FROM messaging_playermessage m WHERE m.pushed
"""
UNKNOWN = ("timeout", "connection_lost")  # the push may have been taken all the same


def accounts(services: Services) -> str:
    """For the seed."""
    return json.dumps({PROVIDER: services.accounts()[PROVIDER]})


def reckon(database: PostgresDatabase, services: Services) -> dict[str, int]:
    """Each push belongs to one decision, each that is called sent came, and none came again but where its
    worker died or its connection ended before the outcome was known. Raises FaultFailed."""
    delivered = Counter(each.collapse_key for each in services.delivered())
    decided = {row["id"]: row for row in database.rows(_PUSHED)}
    if invented := delivered.keys() - decided.keys():
        raise FaultFailed(f"{len(invented)} pushes have no decision, among them {min(invented)}")
    for message_id, row in decided.items():
        _check(message_id, row, delivered[message_id])
    return {"pushes delivered": delivered.total(), "of them again": delivered.total() - len(delivered)}


def _check(message_id: str, row: dict[str, Any], came: int) -> None:
    codes = row["codes"] or []
    if "sent" in codes and not came:
        raise FaultFailed(f"the push of {message_id} is called sent and never came")
    unknown = row["claims"] - len(codes) + sum(code in UNKNOWN for code in codes)
    if came > 1 + unknown:
        raise FaultFailed(f"the push of {message_id} came {came} times, {1 + unknown} at most: {codes}")
