"""Pascal's devices: what he registers, and by which name the push services know it."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from games.models import Stage
from push.models import Device
from push.providers import Provider, provider_of, token_hash


class DemoDevice(NamedTuple):
    """`os` is the `deviceOS` of its registration, `token` the `pushId`."""

    os: str
    token: str


Devices = Mapping[str, DemoDevice]

# He plays on these.
PLAYED_ON: Devices = {
    "phone": DemoDevice("IOS", "d0" * 32),
    "tablet": DemoDevice("ANDROID", "demo-tablet-of-pascal"),
}
# And has these where push services are simulated, one at each that the others are not at. A browser's token
# is its subscription, made anew each time by the name at the end of its address.
BROWSER = "demo-browser-of-pascal"
BROWSERS_SERVICE = "https://updates.push.services.mozilla.com"
FURTHER: Devices = {
    "kindle": DemoDevice("KINDLE", "amzn1.adm-registration.demo-kindle-of-pascal"),
    "pc": DemoDevice("W8", "https://db5.notify.windows.com/?token=demo-pc-of-pascal"),
}


def forget_further(stage: Stage) -> None:
    """Unregister what only a run with simulated push services reaches."""
    browser = json.dumps({"endpoint": f"{BROWSERS_SERVICE}/push/{BROWSER}"})
    tokens = {provider_of(os.lower(), token): token for os, token in FURTHER.values()}
    for provider, token in {**tokens, Provider.WEB: browser}.items():
        Device.objects.filter(stage=stage, push_hash=token_hash(provider, token)).delete()
