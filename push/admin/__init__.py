"""The operators' pages of the push package, one topic a file."""

from push.admin import accounts, attempts, counts, devices, outbox

__all__ = ["accounts", "attempts", "counts", "devices", "outbox"]
