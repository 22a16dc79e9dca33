"""The operators' pages of the messaging package, one topic a file."""

from messaging.admin import broadcasts, copies, sent, types, versions

__all__ = ["broadcasts", "copies", "sent", "types", "versions"]
