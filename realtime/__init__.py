"""Sockets and processes: connections, registry, presence, router, database threads, worker loop."""
