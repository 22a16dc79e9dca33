"""What scripts may ask the server for. Each operation checks for itself what it was given."""

from cloudcode.operations import messages, players, properties, requests
from cloudcode.operations.registry import OPERATIONS

__all__ = ["OPERATIONS", "messages", "players", "properties", "requests"]
