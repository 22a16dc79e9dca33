"""How a client of each kind connects to a game: code to copy, with the game's address in it.

What each SDK needs is wire-protocol.md §1.3.
"""

import json
from dataclasses import dataclass

from django.template.loader import render_to_string

from portal.addresses import socket_of

SECRET_HERE = "THE_SECRET"  # where a secret is hidden


@dataclass(frozen=True, slots=True)
class Kind:
    """`credential` is whose secret the code holds. `tried`: the suite runs it as it stands on the page."""

    name: str
    label: str
    needs: str
    credential: str = "device"
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    kind: Kind
    code: str


URL_OVERRIDE = "Nothing but the whole URL: any host and port will do."
DOMAIN = (
    "A domain of yours with wildcard DNS and certificate: the SDK connects to {stage}-{key}.DOMAIN. "
    "Set it and rebuild."
)
SOURCE = (
    "The domain is a literal in the SDK's source: edit it and rebuild. Devices that you control can do with "
    "DNS and a certificate authority of your own for *.ws.gamesparks.net instead."
)
KINDS = (
    Kind(
        "browser",
        "JavaScript (browser)",
        "No SDK. The page must come by https, or from localhost.",
        tried=True,
    ),
    Kind("python", "Python", "The package websockets.", tried=True),
    Kind("node", "Node (server)", "The package ws, and the server's secret.", "server", tried=True),
    Kind("curl", "REST (curl)", "The server's secret: never put it into a client.", "server", tried=True),
    Kind("js", "GameSparks JavaScript SDK", URL_OVERRIDE),
    Kind("unity", "GameSparks Unity SDK (C#)", DOMAIN),
    Kind(
        "cpp",
        "GameSparks C++ SDK (Unreal, Cocos)",
        f"{DOMAIN} The whole URL must be shorter than 256 characters.",
    ),
    Kind("lua", "GameSparks Lua SDK (Corona, Defold)", URL_OVERRIDE),
    Kind("java", "GameSparks Java SDK (Android)", SOURCE),
    Kind("ios", "GameSparks Objective-C SDK (iOS)", SOURCE),
)


def snippets(base: str, api_key: str, secrets: dict[str, str]) -> list[Snippet]:
    """`base` is the server's address, without a slash at its end; `secrets` those that may be shown, by
    credential."""
    return [Snippet(kind, _code(kind, base, api_key, secrets.get(kind.credential))) for kind in KINDS]


def service_urls(base: str, api_key: str) -> dict[str, str]:
    """Where clients connect, by stage."""
    return {stage: f"{socket_of(base)}/{stage}/ws/device/{api_key}" for stage in ("preview", "live")}


def _code(kind: Kind, base: str, api_key: str, secret: str | None) -> str:
    secret = secret or SECRET_HERE
    context = {
        "base": base,
        "host": base.partition("://")[2],
        "socket": socket_of(base),
        "key": api_key,
        "secret": secret,
        "quoted": json.dumps(secret),
    }
    return render_to_string(f"portal/snippets/{kind.name}.txt", context).strip() + "\n"
