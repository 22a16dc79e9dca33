"""What scripts may ask the server for. Each operation checks for itself what it was given."""

from cloudcode.operations import challenges, holdings, messages, players, properties, requests
from cloudcode.operations.registry import OPERATIONS

__all__ = ["OPERATIONS", "challenges", "holdings", "messages", "players", "properties", "requests"]
