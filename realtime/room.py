"""How many connections this process has room for."""

import resource

from django.conf import settings

RESERVED = 256  # files: the database's and Redis' connections, push providers', logs


def most_sockets(files: int | None = None) -> int:
    """FLINT_LIMIT_SOCKETS, or what the limit of open files leaves: this process's, or the one given."""
    if files is None:
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = int(settings.FLINT_LIMIT_SOCKETS)
    if files == resource.RLIM_INFINITY:
        return limit
    # Refused sockets are held for a while: they are a sixteenth more, and so are those that never upgrade.
    return min(limit, (files - min(RESERVED, files // 4)) * 8 // 9)


def most_connections() -> int:
    """Accepted ones of any kind; whoever comes then is dropped."""
    return most_sockets() * 9 // 8
