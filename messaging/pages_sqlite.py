"""Pages of waiting messages on SQLite: two or three statements a page, none of which is a round trip."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from messaging.pages import PAGE, PAGE_BYTES, Page, Read
from messaging.stored_documents import fitting_documents
from protocol.dates import now_ms
from realtime.sql import IN_LIST, encode_list

_WAITING = f"""
SELECT created_ms, id FROM messaging_playermessage
WHERE player_id = %s AND state = 'waiting' AND expires_ms > %s
  AND id NOT {IN_LIST}
ORDER BY created_ms, id LIMIT %s
"""
_NAMED = f"""
SELECT created_ms, id FROM messaging_playermessage
WHERE id {IN_LIST} AND player_id = %s
"""

Key = tuple[int, str]  # created_ms, id


def read_pages(pages: list[Page]) -> list[Read | Exception]:
    now = now_ms()
    with connection.cursor() as cursor:
        return [_read(cursor, page, now) for page in pages]


def _read(cursor: CursorWrapper, page: Page, now: int) -> Read:
    without = encode_list(page.without + page.named)
    cursor.execute(_WAITING, [page.player_id, now, without, PAGE])
    waiting: list[Key] = cursor.fetchall()
    named: list[Key] = []
    if page.named:
        cursor.execute(_NAMED, [encode_list(page.named), page.player_id])
        named = sorted(cursor.fetchall())
    ids = _oldest(waiting, named)
    messages = fitting_documents(ids, PAGE_BYTES) if ids else []
    read = {message_id for message_id, _ in messages}
    return Read(messages, [id for _, id in named if id not in read])


def _oldest(waiting: list[Key], named: list[Key]) -> list[str]:
    """All of them in order, but none that is newer than waiting ones not read yet."""
    last = waiting[-1] if len(waiting) == PAGE else None
    return [key[1] for key in sorted(waiting + named) if last is None or key <= last]
