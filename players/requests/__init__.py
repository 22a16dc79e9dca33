"""Players' requests: importing this registers every handler, one topic a file."""

from players.requests import account, analytics, authentication, friends, invites, segments, social

__all__ = ["account", "analytics", "authentication", "friends", "invites", "segments", "social"]
