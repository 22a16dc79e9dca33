"""The rows of the messaging package, one topic a file."""

from messaging.models.messages import Message, PlayerMessage
from messaging.models.types import MessageType, MessageVersion

__all__ = ["Message", "MessageType", "MessageVersion", "PlayerMessage"]
