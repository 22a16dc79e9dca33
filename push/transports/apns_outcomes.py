"""What each answer of APNs means (push-providers.md, APNs)."""

from typing import TYPE_CHECKING

from push.transports.base import Prune, PushError
from push.transports.outcomes import Meaning

if TYPE_CHECKING:
    from aioapns.common import NotificationResult


_WRONG_KEY = "Check the account's key, key id and team id."
MEANINGS = {
    "BadDeviceToken": Meaning(
        "The token is not one of this environment. Check the account's environment if every device says so.",
        prune=Prune.DEAD_IF_PROVEN,
    ),
    "DeviceTokenNotForTopic": Meaning(
        "The token belongs to another app. Check the account's topic if every device says so.",
        prune=Prune.DEAD_IF_PROVEN,
    ),
    "Unregistered": Meaning("The app was removed from the device.", prune=Prune.DEAD),
    "ExpiredToken": Meaning("The device token has expired.", prune=Prune.DEAD),
    "PayloadTooLarge": Meaning("The payload is over 4,096 bytes. Shorten the message's texts or JSON."),
    "InvalidProviderToken": Meaning(f"Apple does not accept the account's key. {_WRONG_KEY}", account=True),
    "MissingProviderToken": Meaning(f"Apple saw no provider token. {_WRONG_KEY}", account=True),
    "ExpiredProviderToken": Meaning(
        "Apple takes the provider token for an old one. Check this machine's clock.", account=True
    ),
    "UnrelatedKeyIdInToken": Meaning(f"The key belongs to another team. {_WRONG_KEY}", account=True),
    "BadEnvironmentKeyIdInToken": Meaning(
        "The key is not for this environment. Check the account's environment.", account=True
    ),
    "BadTopic": Meaning("Apple does not know the account's topic.", account=True),
    "MissingTopic": Meaning("The account has no topic.", account=True),
    "TopicDisallowed": Meaning("The key may not push to the account's topic.", account=True),
    "BadCertificate": Meaning("Apple refuses the certificate.", account=True),
    "BadCertificateEnvironment": Meaning("The certificate is for the other environment.", account=True),
    "Forbidden": Meaning("Apple forbids this account to push.", account=True),
    "TooManyProviderTokenUpdates": Meaning(
        "Apple saw too many new provider tokens.", permanent=False, account=True
    ),
    "TooManyRequests": Meaning("Apple saw too many pushes to this device.", permanent=False),
    "IdleTimeout": Meaning("Apple closed the idle connection.", permanent=False),
    "InternalServerError": Meaning("Apple's server failed.", permanent=False, account=True),
    "ServiceUnavailable": Meaning("Apple's service is unavailable.", permanent=False, account=True),
    "Shutdown": Meaning("Apple's server is shutting down.", permanent=False, account=True),
}


def error_of(result: "NotificationResult") -> PushError:
    """The error of an answer that is not a success."""
    reason = result.description or f"HTTP{result.status}"
    meaning = MEANINGS.get(reason) or _by_status(result.status)
    error = meaning.error(reason[:60], words=reason)
    error.gone_ms = result.timestamp
    return error


def _by_status(status: str) -> Meaning:
    if status == "410":
        return Meaning("The token is no longer active.", prune=Prune.DEAD)
    if status in ("401", "403"):
        return Meaning(f"Apple does not accept the account's key. {_WRONG_KEY}", account=True)
    if status == "429":
        return Meaning("Apple saw too many pushes.", permanent=False)
    if status.startswith("4"):
        return Meaning("Apple refused the push.")
    return Meaning("Apple's server failed.", permanent=False, account=True)
