"""Records what would have been sent, where a stage has no credentials."""

from collections.abc import Sequence

import msgspec

from push.transports.base import Notification, Sent, Step


class SandboxTransport:
    """Accepts everything; the attempt's row holds the payload."""

    limit = 100

    async def send(self, notification: Notification, deadline: float) -> Sent:
        kept = f"kept {notification.ttl} s" if notification.ttl else "not kept"
        return Sent(
            recorded=msgspec.json.format(msgspec.json.encode(notification.payload), indent=0).decode(),
            detail=f"Recorded, not sent to the {notification.device_os} device; {kept} while it is away; "
            f"collapse key {notification.collapse_key}.",
        )

    async def verify(self) -> Sequence[Step]:
        return [Step("sandbox", True, "Pushes are recorded here and sent to nobody.")]

    async def close(self) -> None:
        return None
