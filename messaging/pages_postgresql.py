"""Pages of waiting messages on PostgreSQL: one statement for all that are asked for at one moment."""

from collections.abc import Sequence
from itertools import groupby

from django.db import connection

from messaging.pages import PAGE, PAGE_BYTES, Page, Read
from protocol.dates import now_ms
from realtime.sql import encode_list, given, given_values

# For each page its candidates in order, with their documents as far as these fit. The waiting ones are read
# along their index and no further than a page; `<> ALL` of an array keeps it so, where NOT IN would not.
_PAGES = f"""
SELECT asked.place, found.named, found.id, found.document
FROM {given("asked", player_id="text", without="json", named="json")}
CROSS JOIN LATERAL (
    SELECT id, created_ms, named,
        CASE WHEN number = 1 OR size <= {PAGE_BYTES} THEN document END AS document
    FROM (
        SELECT candidate.*, row_number() OVER oldest AS number,
            sum(octet_length(document)) OVER oldest AS size
        FROM (
            (
                SELECT id, created_ms, document, FALSE AS named FROM messaging_playermessage
                WHERE player_id = asked.player_id AND state = 'waiting' AND expires_ms > %s
                    AND id <> ALL (ARRAY(SELECT json_array_elements_text(asked.without)))
                ORDER BY created_ms, id LIMIT {PAGE}
            )
            UNION ALL
            SELECT id, created_ms, document, TRUE FROM (
                SELECT * FROM messaging_playermessage
                WHERE id = ANY (ARRAY(SELECT json_array_elements_text(asked.named))) OFFSET 0
            ) by_id WHERE player_id = asked.player_id
        ) candidate
        WINDOW oldest AS (ORDER BY created_ms, id)
    ) sized
) found
ORDER BY asked.place, found.created_ms, found.id
"""

Row = tuple[int, bool, str, str | None]


def read_pages(pages: list[Page]) -> list[Read | Exception]:
    asked = [
        (page.player_id, encode_list(page.without + page.named), encode_list(page.named)) for page in pages
    ]
    reads: list[Read | Exception] = [Read([], []) for _ in pages]
    with connection.cursor() as cursor:
        cursor.execute(_PAGES, [*given_values(asked), now_ms()])
        for place, rows in groupby(cursor.fetchall(), key=lambda row: row[0]):
            reads[place] = _read(list(rows))
    return reads


def _read(rows: Sequence[Row]) -> Read:
    """None that is newer than waiting ones not read yet."""
    waiting = [at for at, (_, named, _, _) in enumerate(rows) if not named]
    end = waiting[-1] + 1 if len(waiting) == PAGE else len(rows)
    messages = [(id, document.encode()) for _, _, id, document in rows[:end] if document is not None]
    read = {id for id, _ in messages}
    return Read(messages, [id for _, named, id, _ in rows if named and id not in read])
