"""The operators' pages of the players package, one topic a file."""

from players.admin import friends, players, queries, records, segments

__all__ = ["friends", "players", "queries", "records", "segments"]
