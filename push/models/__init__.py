"""The rows of the push package, one topic a file."""

from push.models.accounts import PendingCredentials, ProviderAccount
from push.models.attempts import PushAttempt
from push.models.devices import Device, DeviceDay
from push.models.outbox import OutboxPush
from push.models.receipts import PushCount, PushReceipt

__all__ = [
    "Device",
    "DeviceDay",
    "OutboxPush",
    "PendingCredentials",
    "ProviderAccount",
    "PushAttempt",
    "PushCount",
    "PushReceipt",
]
