"""Reads documents from the store, never more of them at once than fit."""

from collections.abc import Sequence

from django.db import connection

from messaging.rows import STILL_WAITING
from realtime.sql import by_vendor, encode_list

# In the order asked for. On SQLite row by row as they are fetched, so that what does not fit is not read;
# PostgreSQL knows a document's size without reading it.
_IN_ORDER = by_vendor(
    sqlite="""
SELECT copy.id, copy.document FROM json_each(%(ids)s) AS asked
CROSS JOIN messaging_playermessage AS copy ON copy.id = asked.value
WHERE {which}
""",
    postgresql="""
SELECT id, document FROM (
    SELECT copy.id, copy.document, asked.place,
        sum(octet_length(copy.document)) OVER (ORDER BY asked.place) AS size_so_far
    FROM json_array_elements_text(%(ids)s::json) WITH ORDINALITY AS asked (id, place)
    JOIN messaging_playermessage AS copy ON copy.id = asked.id
    WHERE {which}
) AS sized
WHERE size_so_far - octet_length(document) < %(limit)s
ORDER BY place
""",
)
_ALL = _IN_ORDER.format(which="TRUE")
_WAITING = _IN_ORDER.format(which=STILL_WAITING)


def fitting_documents(
    message_ids: Sequence[str], limit: int, only_waiting: bool = False
) -> list[tuple[str, bytes]]:
    """`(id, document)` of the first of these, in this order: `limit` bytes of them, but one at least.

    Ids of rows that are gone, or wait no more, are passed over. Empty when all are.
    """
    found: list[tuple[str, bytes]] = []
    size = 0
    parameters: dict[str, str | int] = {"ids": encode_list(message_ids), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_WAITING if only_waiting else _ALL, parameters)
        for message_id, text in cursor:
            document = text.encode()
            size += len(document)
            if found and size > limit:
                break
            found.append((message_id, document))
    return found
