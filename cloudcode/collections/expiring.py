"""Deletes items of the data service whose TTL is over. They are found by nobody any more in any case."""

from cloudcode.collections.statements import rows
from cloudcode.collections.storing import changing, remove
from protocol.dates import now_ms
from realtime.sql import SKIP_LOCKED

AT_ONCE = 500

_FIRST = """
SELECT c.stage_id, c.name FROM cloudcode_document d JOIN cloudcode_collection c ON c.id = d.collection_id
WHERE d.expires_ms <= %s ORDER BY d.expires_ms LIMIT 1
"""
# Who gives one more time meanwhile holds it, and keeps it.
_OVER = f"""
SELECT d.id FROM cloudcode_document d JOIN cloudcode_collection c ON c.id = d.collection_id
WHERE c.stage_id = %s AND c.name = %s AND d.expires_ms <= %s ORDER BY d.expires_ms LIMIT {AT_ONCE}
{SKIP_LOCKED and SKIP_LOCKED.replace("UPDATE", "UPDATE OF d")}
"""


def delete_some() -> bool:
    """Of one collection. True while there may be more."""
    now = now_ms()
    for stage_id, name in rows(_FIRST, [now]):
        with changing(stage_id, name):
            over = [row_id for (row_id,) in rows(_OVER, [stage_id, name, now])]
            if over:
                remove(over)
        return bool(over)
    return False
