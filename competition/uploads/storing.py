"""Puts bytes into the storage and takes them out again, so that none are left over for ever.

A row says that they are about to be there before they are. So whatever a crash interrupts, and whatever a
deleted player or game leaves behind, `Leftovers` finds.
"""

import logging
import secrets
from functools import partial

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from competition.models import StoredFile
from protocol.dates import now_ms

logger = logging.getLogger("flint.files")

GRACE_MS = 60 * 60 * 1000  # within which whoever stored bytes has to refer to them
BATCH = 200


def announce(size: int) -> StoredFile:
    """The row of bytes to come. Its name is nobody's choice but ours."""
    key = secrets.token_hex(16)
    return StoredFile.objects.create(name=f"{key[:2]}/{key}", size=size)


def write(stored: StoredFile, content: "File[bytes]") -> None:
    """Without the database. Raises OSError and whatever else the storage does."""
    content.seek(0)
    written = default_storage.save(stored.name, content)
    if written != stored.name:
        default_storage.delete(written)
        raise FileExistsError(f"The storage holds a file {stored.name} already.")


def store(content: "File[bytes]") -> StoredFile:
    """Both: for commands and the admin, outside of a transaction or where it holds nobody up."""
    stored = announce(content.size)
    write(stored, content)
    return stored


def remove(stored: StoredFile) -> None:
    """What nobody refers to any more, once the caller's transaction is committed; else it is left over."""
    transaction.on_commit(partial(_remove_left_over, stored.pk, stored.name), robust=True)


class Leftovers:
    """Goes through all files once and again, a batch a call, in the order in which they were made."""

    def __init__(self) -> None:
        self._after = 0

    def remove_some(self) -> bool:
        """Remove what nothing refers to; True while there is more to look at.

        What the storage will not remove now is tried again when its turn comes, and keeps nothing else.
        """
        before = now_ms() - GRACE_MS
        rows = StoredFile.objects.filter(pk__gt=self._after, created_ms__lte=before).order_by("pk")
        found = list(rows.values_list("pk", "name", "upload", "game_file")[:BATCH])
        for pk, name, upload, game_file in found:
            if upload is None and game_file is None:
                _remove_left_over(pk, name)
        self._after = found[-1][0] if len(found) == BATCH else 0
        return bool(self._after)


def _remove_left_over(pk: int, name: str) -> None:
    """Bytes go first: a row without bytes is tried again, bytes without a row are lost."""
    try:
        default_storage.delete(name)
    except Exception:  # each storage has its own
        logger.exception("a left-over file was not removed")
    else:
        StoredFile.objects.filter(pk=pk).delete()
