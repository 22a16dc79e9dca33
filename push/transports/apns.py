"""iOS devices, through APNs."""

import asyncio
import re
import ssl
from collections.abc import Sequence

from aioapns.common import NotificationRequest, NotificationResult, PushType
from aioapns.exceptions import ConnectionClosed

from push.endpoints import Address, endpoint_of, tls_context
from push.models import ProviderAccount
from push.providers import Provider
from push.sizes import check_size
from push.transports.apns_exchanges import StreamRefused
from push.transports.apns_outcomes import error_of
from push.transports.apns_pool import ApnsPool, ProviderToken
from push.transports.base import Notification, Sent, Step
from push.transports.failures import failure
from push.transports.steps import tried

LARGEST_COLLAPSE_ID = 64
RESENDS = 3
AT_ONCE, LATER = 10, 5  # apns-priority
# Apple's tokens are hexadecimal; anything else must not come near a request's path.
_TOKEN = re.compile(r"[0-9A-Fa-f]{8,400}")
_NOBODY = "0" * 64


class ApnsTransport:
    """One connection, as Apple asks; the token is signed by the account's key."""

    limit = 100

    def __init__(self, account: ProviderAccount) -> None:
        secrets = account.secrets
        address = Address.of(endpoint_of(account))
        context = tls_context(account)
        context.set_alpn_protocols(["h2"])
        token = ProviderToken(secrets["p8"], secrets["keyId"], secrets["teamId"])
        self._pool = ApnsPool(address, context, secrets["topic"], token)

    async def send(self, notification: Notification, deadline: float) -> Sent:
        request = _request(notification)
        try:
            async with asyncio.timeout(deadline):
                result = await self._ask(request)
        except TimeoutError as error:
            raise failure(Provider.APNS, "timeout") from error
        if not result.is_successful:
            raise error_of(result)
        return Sent(reference=result.notification_id)

    async def verify(self) -> Sequence[Step]:
        """Pushes to a token that no device has: only a good account is told so."""
        nobody = Notification(_NOBODY, "ios", {"aps": {"content-available": 1}}, 0, "verify")
        works = "APNs takes the account's key and topic."
        unknown = "BadDeviceToken"
        return [
            await tried("provider token", self.send(nobody, 15), works, lambda error: error.code == unknown)
        ]

    async def close(self) -> None:
        await self._pool.close()

    async def _ask(self, request: NotificationRequest) -> NotificationResult:
        token = self._pool.token.get_header()
        result = await self._exchange(request)
        if result.description == "ExpiredProviderToken":
            self._pool.token.renew(token)
            result = await self._exchange(request)
        return result

    async def _exchange(self, request: NotificationRequest) -> NotificationResult:
        """What a server refused without processing it is sent again, over another connection if need be."""
        for _ in range(RESENDS):
            try:
                connection = await self._pool.acquire()
                return await connection.send_notification(request)
            except StreamRefused:
                continue
            except (ConnectionClosed, ssl.SSLError, OSError) as error:
                raise _connection_error(error) from error
        raise failure(Provider.APNS, "refused")


def _connection_error(error: Exception) -> Exception:
    if isinstance(error, TimeoutError):
        return error
    if isinstance(error, ConnectionClosed):
        return failure(Provider.APNS, "connection_lost", why=str(error))
    if isinstance(error, ssl.SSLError):
        return failure(Provider.APNS, "tls", why=error.reason or str(error))
    return failure(Provider.APNS, "unreachable", why=str(error))


def _request(notification: Notification) -> NotificationRequest:
    if not _TOKEN.fullmatch(notification.token):
        raise failure(Provider.APNS, "BadDeviceToken", at="unsent")
    check_size(Provider.APNS, notification.payload)
    silent = _is_silent(notification.payload)
    return NotificationRequest(
        device_token=notification.token,
        message=notification.payload,
        time_to_live=notification.ttl,
        priority=LATER if silent else AT_ONCE,
        collapse_key=notification.collapse_key[:LARGEST_COLLAPSE_ID],
        push_type=PushType.BACKGROUND if silent else PushType.ALERT,
    )


def _is_silent(payload: dict[str, object]) -> bool:
    aps = payload.get("aps")
    return (
        isinstance(aps, dict)
        and bool(aps.get("content-available"))
        and not ({"alert", "badge", "sound"} & aps.keys())
    )
