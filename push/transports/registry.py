"""Which transport speaks to which provider. Those that nothing delivers to (UNDELIVERABLE) have none.

Named, not imported: their libraries take half a second, which a command that sends nothing does not pay.
"""

import asyncio
from collections.abc import Callable

from django.utils.module_loading import import_string

from push.endpoints import endpoint_of, is_allowed, token_endpoint_of
from push.models import ProviderAccount
from push.providers import Provider
from push.routes import Route
from push.transports.base import Transport
from push.transports.failures import failure
from push.transports.refusing import RefusingTransport
from push.transports.sandbox import SandboxTransport

TRANSPORTS: dict[str, str] = {
    Provider.APNS: "push.transports.apns.ApnsTransport",
    Provider.FCM: "push.transports.fcm.FcmTransport",
    Provider.ADM: "push.transports.adm.AdmTransport",
    Provider.WNS: "push.transports.wns.WnsTransport",
    Provider.WEB: "push.transports.web.WebTransport",
}


async def build(route: Route) -> Transport:
    """On the running loop. Settings that no transport can be made of give one that says so."""
    if route.recorded:
        return SandboxTransport()
    if route.refusal is not None:
        return RefusingTransport(route.refusal)
    assert route.account is not None
    return await _build(route.account)


async def _build(account: ProviderAccount) -> Transport:
    name = TRANSPORTS[account.provider]
    make: Callable[[ProviderAccount], Transport] = await asyncio.to_thread(import_string, name)
    try:
        for address in filter(None, (endpoint_of(account), token_endpoint_of(account))):
            if not is_allowed(account.provider, address):
                raise ValueError("its endpoint's host is neither the provider's nor in FLINT_PUSH_HOSTS")
        return make(account)
    except (ValueError, KeyError, TypeError) as error:
        # What the libraries say may quote the credentials; our own ValueErrors do not.
        words = str(error) if type(error) is ValueError and "host" in str(error) else type(error).__name__
        return RefusingTransport(failure(account.provider, "invalid_account", why=words))
