"""The real server as a process of its own (being written)."""
