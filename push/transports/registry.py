"""Which transport speaks to which provider."""

from collections.abc import Callable

from push.models import ProviderAccount
from push.providers import Provider
from push.transports.apns import ApnsTransport
from push.transports.base import Transport
from push.transports.fcm import FcmTransport

TRANSPORTS: dict[str, Callable[[ProviderAccount], Transport]] = {
    Provider.APNS: ApnsTransport,
    Provider.FCM: FcmTransport,
}
