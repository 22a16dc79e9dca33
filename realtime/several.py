"""What several processes need to serve one game together."""

from django.conf import settings


def refusal() -> str:
    """Why this installation can only be one process, in a sentence; nothing where it can be several."""
    missing = []
    if settings.DATABASE_URL.startswith("sqlite:"):
        missing.append("a PostgreSQL (DATABASE_URL), since SQLite is written by one process")
    if not settings.REDIS_URL:
        missing.append("a Redis (REDIS_URL), over which they reach each other's players")
    return f"Several processes need {', and '.join(missing)}." if missing else ""
