"""Jobs of uploads: `(name, seconds between starts, function run in a database thread)`."""

from collections.abc import Callable

from competition.models import Upload
from competition.uploads.storing import Leftovers
from protocol.dates import now_ms
from realtime.old_rows import delete_old

BATCH = 500


def delete_expired() -> bool:
    """URLs under which nothing arrived. They are answered as before: what is unknown is gone as well."""
    return delete_old(Upload, "expires_ms", now_ms(), BATCH, where="file_id IS NULL")


JOBS: list[tuple[str, float, Callable[[], bool | None]]] = [
    ("competition.delete_expired_uploads", 60, delete_expired),
    ("competition.remove_left_over_files", 600, Leftovers().remove_some),
]
