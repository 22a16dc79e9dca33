"""The operators' pages of the messaging package, one topic a file."""

from messaging.admin import copies, sent, types, versions

__all__ = ["copies", "sent", "types", "versions"]
