"""The rows of the messaging package, one topic a file."""

from messaging.models.broadcasts import Broadcast
from messaging.models.departed import DepartedPlayer
from messaging.models.messages import Message, PlayerMessage
from messaging.models.types import MessageType, MessageVersion

__all__ = ["Broadcast", "DepartedPlayer", "Message", "MessageType", "MessageVersion", "PlayerMessage"]
