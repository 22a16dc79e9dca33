"""What an operator does about an error: one plain sentence."""

from push.transports.base import Prune, PushError

_NETWORK = "See whether this machine may connect to the provider: name resolution, firewall, proxy."
_CERTIFICATE = "See whose certificate answers: a proxy's authority belongs into the account's CA bundle."
_SILENT = "Try again. If it stays silent, see whether a firewall swallows connections to the provider."
_BY_CODE = {
    "unreachable": _NETWORK,
    "connection_lost": _NETWORK,
    "tls": _CERTIFICATE,
    "timeout": _SILENT,
    "no_credentials": "Set the provider account: manage.py push_account, or the admin.",
    "undeliverable": "Nothing can be done: the service behind this type of device has ended.",
    "credentials_unreadable": "Put the key that they were encrypted with back into FLINT_CREDENTIAL_KEYS.",
    "invalid_account": "Set the provider account again: manage.py push_account, or the admin.",
    "PayloadTooLarge": "Shorten the message's texts or JSON.",
    "private_address": "If it is a push service of your own, name its host in FLINT_PUSH_HOSTS.",
}


def remedy_of(error: PushError) -> str:
    code = error.code.removeprefix("oauth_")
    if code in _BY_CODE:
        return _BY_CODE[code]
    if error.account and error.permanent:
        return "Set the account again, with credentials as the provider's console shows them now."
    if error.prune is Prune.DEAD:
        return "Nothing: the device registers again when its app starts."
    if error.prune is Prune.DEAD_IF_PROVEN:
        return "If every device says so, the account is for another app; else the device registers again."
    if not error.permanent:
        return "Nothing now: pushes are tried again. If it stays, see the provider's status page."
    return "Look at what the provider says, and at the message's settings."
