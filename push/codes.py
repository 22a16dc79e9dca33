"""Every code that an attempt to push can have: the one place where its words stand.

The transports' errors, the operators' pages, `manage.py trace`, the labels of metrics and docs/push.md (by
bin/write_docs.py) read them here. HTTP4xx and its like stand for every such answer without a line of its own.
Behind a slash stands where else a code comes from, with another meaning; the attempt has the code alone.
"""

from collections.abc import Mapping

from push.meanings import (
    NOTHING,
    QUOTA_WAIT,
    Meaning,
    dead,
    dead_if_proven,
    passes,
    refused,
    wrong_account,
)

SENT, SANDBOX = "sent", "sandbox"  # the codes of attempts that did not fail
COALESCED = "coalesced"  # of a message that left in another one's push
ACCEPTED = (SENT, SANDBOX, COALESCED)
OVER_CAP = "suppressed_cap"

_NETWORK = "See whether this machine may connect to the provider: name resolution, firewall, proxy."
_CERTIFICATE = "See whose certificate answers: a proxy's authority belongs into the account's CA bundle."
_SILENT = "Try again. If it stays silent, see whether a firewall swallows connections to the provider."
_REPORT = "See the worker's log, and report it."
_SET = "Set the provider account: manage.py push_account, or the admin."
_SHORTEN = "Shorten the message's texts or JSON."
_TEMPLATE = "See the message's JSON for this type of device."
_REMOVED = dead("The app was removed from the device.")
_NO_TOKEN_NOW = passes("{provider} gives no access token at the moment.")

OWN: Mapping[str, Meaning] = {
    SENT: Meaning("{provider} took it.", NOTHING),
    SANDBOX: Meaning(
        "The sandbox recorded it; nothing was sent.",
        "Add push credentials for this stage to send it for real.",
    ),
    COALESCED: Meaning("It left in the push of a newer message to the device.", NOTHING),
    OVER_CAP: Meaning("The daily limit of pushes was reached.", "Raise the provider account's daily caps."),
    "no_credentials": refused("The live stage has no {account} credentials: add a provider account.", _SET),
    "credentials_unreadable": refused(
        "The account's credentials cannot be decrypted: none of FLINT_CREDENTIAL_KEYS fits.",
        "Put the key that they were encrypted with back into FLINT_CREDENTIAL_KEYS.",
    ),
    "invalid_account": wrong_account("The account cannot be used.", _SET),
    "undeliverable": refused(
        "No service delivers to devices of this type.",
        "Nothing can be done: the service behind this type of device has ended.",
    ),
    "bad_payload": refused("The queued payload is not a JSON object.", _REPORT),
    "PayloadTooLarge": refused("The payload is {size} bytes, {limit} are allowed.", _SHORTEN),
    "gave_up": refused("It was tried over and over, and no attempt came to an end.", _REPORT),
    "internal_error": passes("Flint's own fault.", _REPORT, account=False),
    "timeout": passes("{provider} did not answer in time.", _SILENT),
    "unreachable": passes("{provider} cannot be connected to.", _NETWORK),
    "connection_lost": passes("{provider} ended the connection before its answer.", _NETWORK),
    "tls": passes("No secure connection.", _CERTIFICATE),
    "invalid_address": refused("The address is not a URL.", "Nothing: the device's own address is at fault."),
    "private_address": refused(
        "{provider} is not on the public internet.",
        "If it is a push service of your own, name its host in FLINT_PUSH_HOSTS.",
    ),
    "oauth_timeout": passes("The token endpoint did not answer.", _SILENT),
    "oauth_unreachable": passes("The token endpoint cannot be connected to.", _NETWORK),
    "oauth_connection_lost": passes("The token endpoint ended the connection before its answer.", _NETWORK),
    "oauth_tls": passes("The token endpoint gets no secure connection.", _CERTIFICATE),
    "oauth_bad_answer": _NO_TOKEN_NOW,
    "slow_down": _NO_TOKEN_NOW,
    "server_error": _NO_TOKEN_NOW,
    "temporarily_unavailable": _NO_TOKEN_NOW,
    "oauth_HTTP408": _NO_TOKEN_NOW,
    "oauth_HTTP429": _NO_TOKEN_NOW,
    "oauth_HTTP3xx": _NO_TOKEN_NOW,
    "oauth_HTTP5xx": _NO_TOKEN_NOW,
}

_KEY = "Check the account's key, key id and team id."
_APPLE_FAILED = passes("Apple's server failed.")
_APPLE_NO_KEY = wrong_account(f"Apple does not accept the account's key. {_KEY}")
_APNS: Mapping[str, Meaning] = {
    "BadDeviceToken": dead_if_proven(
        "The token is not one of this environment. Check the account's environment if every device says so."
    ),
    "BadDeviceToken/unsent": dead("It is not a device token."),
    "DeviceTokenNotForTopic": dead_if_proven(
        "The token belongs to another app. Check the account's topic if every device says so."
    ),
    "Unregistered": _REMOVED,
    "ExpiredToken": dead("The device token has expired."),
    "PayloadTooLarge": refused("The payload is over 4,096 bytes.", _SHORTEN),
    "PayloadEmpty": refused("Apple saw no payload.", _TEMPLATE),
    "InvalidProviderToken": _APPLE_NO_KEY,
    "MissingProviderToken": wrong_account(f"Apple saw no provider token. {_KEY}"),
    "ExpiredProviderToken": wrong_account(
        "Apple takes the provider token for an old one.", "Check this machine's clock."
    ),
    "UnrelatedKeyIdInToken": wrong_account(f"The key belongs to another team. {_KEY}"),
    "BadEnvironmentKeyIdInToken": wrong_account(
        "The key is not for this environment.", "Check the account's environment."
    ),
    "BadTopic": wrong_account("Apple does not know the account's topic."),
    "MissingTopic": wrong_account("The account has no topic."),
    "TopicDisallowed": wrong_account("The key may not push to the account's topic."),
    "BadCertificate": wrong_account("Apple refuses the certificate."),
    "BadCertificateEnvironment": wrong_account("The certificate is for the other environment."),
    "Forbidden": wrong_account("Apple forbids this account to push."),
    "TooManyProviderTokenUpdates": passes("Apple saw too many new provider tokens."),
    "TooManyRequests": passes("Apple saw too many pushes to this device.", account=False),
    "IdleTimeout": passes("Apple closed the idle connection.", account=False),
    "InternalServerError": _APPLE_FAILED,
    "ServiceUnavailable": passes("Apple's service is unavailable."),
    "Shutdown": passes("Apple's server is shutting down."),
    "refused": passes("{provider} closed every connection before taking the push."),
    "HTTP401": _APPLE_NO_KEY,
    "HTTP403": _APPLE_NO_KEY,
    "HTTP410": dead("The token is no longer active."),
    "HTTP429": passes("Apple saw too many pushes.", account=False),
    "HTTP3xx": _APPLE_FAILED,
    "HTTP4xx": refused("Apple refused the push."),
    "HTTP5xx": _APPLE_FAILED,
}


def _no_token(sentence: str) -> Mapping[str, Meaning]:
    """The refusals of a token endpoint (RFC 6749, 5.2), which say all the same of an account."""
    codes = ("client", "grant", "request", "scope")
    names = (*(f"invalid_{code}" for code in codes), "unauthorized_client", "unsupported_grant_type")
    return dict.fromkeys((*names, "oauth_HTTP4xx"), wrong_account(sentence))


_FCM_AWAY = passes("FCM is unavailable.")
_FCM_QUOTA = passes("FCM's quota is used up.", first_wait=QUOTA_WAIT)
_FCM_NO_TOKEN = wrong_account("Google does not accept the service account's access token.")
_FCM_NO_RIGHT = wrong_account(
    "The service account may not send for this project, or the FCM API is switched off."
)
_FCM_NO_PROJECT = wrong_account("FCM does not know the service account's project.")
_FCM_REFUSED = refused("FCM refused the push.")
_FCM: Mapping[str, Meaning] = {
    "UNREGISTERED": dead("The app was removed from the device, or the token is old."),
    "SENDER_ID_MISMATCH": dead_if_proven(
        "The token belongs to another Firebase project. Check the service account if every device says so."
    ),
    "INVALID_ARGUMENT": refused("FCM refused the payload. See the message's FCM template.", _TEMPLATE),
    "INVALID_ARGUMENT/token": dead("The token is not a registration token."),
    "INVALID_ARGUMENT/unsent": refused("The payload is unfit.", _TEMPLATE),
    "THIRD_PARTY_AUTH_ERROR": wrong_account(
        "Firebase has no valid APNs or web push credentials for this app.",
        "Set them in Firebase's console, under Cloud Messaging.",
    ),
    "QUOTA_EXCEEDED": _FCM_QUOTA,
    "UNAVAILABLE": _FCM_AWAY,
    "INTERNAL": _FCM_AWAY,
    "UNAUTHENTICATED": _FCM_NO_TOKEN,
    "PERMISSION_DENIED": _FCM_NO_RIGHT,
    "NOT_FOUND": _FCM_NO_PROJECT,
    "FAILED_PRECONDITION": _FCM_REFUSED,
    "RESOURCE_EXHAUSTED": _FCM_QUOTA,
    "invalid_key": wrong_account("The service account's key cannot sign."),
    "HTTP401": _FCM_NO_TOKEN,
    "HTTP403": _FCM_NO_RIGHT,
    "HTTP404": _FCM_NO_PROJECT,
    "HTTP408": _FCM_AWAY,
    "HTTP429": _FCM_QUOTA,
    "HTTP3xx": _FCM_REFUSED,
    "HTTP4xx": _FCM_REFUSED,
    "HTTP5xx": _FCM_AWAY,
    **_no_token("Google refuses the service account. Its key may be deleted, or this machine's clock wrong."),
}

_WRONG_CLIENT = _no_token("The provider does not take the client id or its secret.")
_ADM_AWAY = passes("ADM is unavailable.")
_ADM_QUOTA = passes("ADM's quota is used up.", first_wait=QUOTA_WAIT)
_ADM_TOO_LARGE = refused("The payload is over 6 KB.", _SHORTEN)
_ADM_WRONG_PAYLOAD = refused("ADM refused the payload. See the message's Kindle template.", _TEMPLATE)
_ADM_NO_TOKEN = wrong_account("Amazon does not accept the account's access token.")
_ADM_REFUSED = refused("ADM refused the push.")
_ADM: Mapping[str, Meaning] = {
    "Unregistered": _REMOVED,
    "InvalidRegistrationId": dead("The token is no registration id."),
    "InvalidData": _ADM_WRONG_PAYLOAD,
    "InvalidData/unsent": refused("The payload's data is not an object of strings.", _TEMPLATE),
    "InvalidConsolidationKey": _ADM_WRONG_PAYLOAD,
    "InvalidExpiration": _ADM_WRONG_PAYLOAD,
    "InvalidChecksum": _ADM_WRONG_PAYLOAD,
    "InvalidType": _ADM_REFUSED,
    "MessageTooLarge": _ADM_TOO_LARGE,
    "AccessTokenExpired": _ADM_NO_TOKEN,
    "MaxRateExceeded": _ADM_QUOTA,
    "InternalServerError": _ADM_AWAY,
    "ServiceUnavailable": _ADM_AWAY,
    "HTTP401": _ADM_NO_TOKEN,
    "HTTP403": wrong_account("The client may not send by ADM.", "Check its security profile."),
    "HTTP413": _ADM_TOO_LARGE,
    "HTTP429": _ADM_QUOTA,
    "HTTP3xx": _ADM_REFUSED,
    "HTTP4xx": _ADM_REFUSED,
    "HTTP5xx": _ADM_AWAY,
    **_WRONG_CLIENT,
}

_WNS_AWAY = passes("WNS is unavailable.")
_WNS_THROTTLED = passes("WNS throttles the account.", first_wait=QUOTA_WAIT)
_WNS_REFUSED = refused("WNS refused the push.")
_WNS: Mapping[str, Meaning] = {
    "dropped": refused(
        "WNS dropped the push: the player switched notifications off, or the app is at fault.", NOTHING
    ),
    "channelthrottled": passes(
        "WNS dropped the push: too many went to this device.", account=False, first_wait=QUOTA_WAIT
    ),
    "InvalidChannel": dead("The token is no channel URI of WNS."),
    "HTTP400": refused("WNS refused the push's headers or payload.", _TEMPLATE),
    "HTTP401": wrong_account("Microsoft does not accept the account's access token."),
    "HTTP403": dead_if_proven(
        "The channel belongs to another app. Check the account's client id if every device says so."
    ),
    "HTTP404": dead("The channel does not exist."),
    "HTTP406": _WNS_THROTTLED,
    "HTTP410": dead("The channel has expired."),
    "HTTP413": refused("The payload is over 5,000 bytes.", _SHORTEN),
    "HTTP429": _WNS_THROTTLED,
    "HTTP3xx": _WNS_REFUSED,
    "HTTP4xx": _WNS_REFUSED,
    "HTTP5xx": _WNS_AWAY,
    **_WRONG_CLIENT,
}

_WEB: Mapping[str, Meaning] = {
    "InvalidSubscription": dead("The token is no subscription."),
    "InvalidSubscription/address": dead("The endpoint is no push service's."),
    "service_paused": passes("This push service is in trouble.", account=False),
    "HTTP400": refused("The push service refused the push's headers."),
    "HTTP401": wrong_account("The push service does not accept the account's VAPID key."),
    "HTTP403": dead_if_proven(
        "The browser subscribed with another VAPID key. Check the account's key if every device says so."
    ),
    "HTTP404": dead("The subscription does not exist."),
    "HTTP410": dead("The browser unsubscribed."),
    "HTTP413": refused("The payload is over 3,993 bytes.", _SHORTEN),
    "HTTP429": passes("The push service saw too many pushes.", account=False, first_wait=QUOTA_WAIT),
    "HTTP3xx": refused("The push service sends elsewhere, where pushes do not go."),
    "HTTP4xx": refused("The push service refused the push."),
    "HTTP5xx": passes("The push service is unavailable."),
}

CODES: Mapping[str, Mapping[str, Meaning]] = {
    "apns": _APNS,
    "fcm": _FCM,
    "adm": _ADM,
    "wns": _WNS,
    "web": _WEB,
}
