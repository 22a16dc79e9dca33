"""The handlers of messaging's requests; importing this package registers them."""

from messaging.requests import broadcast, friend_message, inbox, send_message

__all__ = ["broadcast", "friend_message", "inbox", "send_message"]
