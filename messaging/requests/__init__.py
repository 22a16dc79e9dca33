"""The handlers of messaging's requests; importing this package registers them."""

from messaging.requests import friend_message, inbox, send_message

__all__ = ["friend_message", "inbox", "send_message"]
