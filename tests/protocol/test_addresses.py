"""The URLs that SDKs and tools come with."""

import pytest

from protocol.addresses import Address, parse_address, stage_of_host

KEY = "K370851a5ql7"


@pytest.mark.parametrize(
    ("path", "host", "query", "expected"),
    [
        # The SDKs' own: stage in the host, key in the path.
        (f"/ws/device/{KEY}", f"live-{KEY}.ws.example.com", "", Address("live", "device", KEY)),
        (f"/ws/device/{KEY}", f"preview-{KEY}.ws.example.com", "", Address("preview", "device", KEY)),
        (f"/ws/device/{KEY}", f"PREVIEW-{KEY}.ws.example.com:443", "", Address("preview", "device", KEY)),
        (f"/ws/device/{KEY}", "preview-other.ws.example.com", "", Address("preview", "device", KEY)),
        (f"/ws/mine/{KEY}", "", "deviceOS=IOS&deviceID=1&SDK=x", Address("live", "mine", KEY)),
        # The server-to-server SDK's.
        (f"/ws/server/{KEY}", "service.example.com", "", Address("live", "server", KEY)),
        (f"/ws/server-send/{KEY}", "preview.example.com", "", Address("preview", "server-send", KEY)),
        # Ours: stage in the path.
        (f"/preview/ws/device/{KEY}", "127.0.0.1:8000", "", Address("preview", "device", KEY)),
        (f"/live/ws/device/{KEY}", "preview-x.example.com", "", Address("live", "device", KEY)),
        (f"/ws/device/{KEY}", "127.0.0.1:8000", "", Address("live", "device", KEY)),
        (f"/ws/device/{KEY}/", "", "", Address("live", "device", KEY)),
        # Secure: C++, then C#; JS and its kin, whose slash ends the host's name early; Lua keeps the colon.
        (f"/ws/secure/{KEY}", f"live-{KEY}.x", "", Address("live", "device", KEY)),
        (f"/ws/secure/{KEY}", f"live-{KEY}.x", "deviceOS=W&SDK=1", Address("live", "device", KEY, True)),
        (f"/ws/secure/{KEY}", f"live-{KEY}.x", "deviceOS=W&SDK=", Address("live", "device", KEY, True)),
        (f"/preview/ws/secure/{KEY}", "", "SDK=1", Address("preview", "device", KEY, True)),
        (f"/{KEY}.ws.x.net/ws/secure/pre/{KEY}", "live-pre", "", Address("live", "device", KEY)),
        (f"/{KEY}.ws.x.net/ws/secure/pre/{KEY}", "preview-pre", "SDK=J", Address("preview", "device", KEY)),
        (f"/ws/secure/pre:/{KEY}", "", "SDK=Lua", Address("live", "device", KEY)),
        # Nobody's.
        ("/", "", "", None),
        ("/ws", "", "", None),
        ("/ws/device", "", "", None),
        ("/ws/secure", "", "", None),
        (f"/ws/device/{KEY}/more", "", "", None),
        (f"/ws/secure/a/b/{KEY}", "", "", None),
        (f"/a/b/ws/device/{KEY}", "", "", None),
        (f"/sockets/device/{KEY}", "", "", None),
    ],
)
def test_address_of_url(path: str, host: str, query: str, expected: Address | None) -> None:
    assert parse_address(path, host, query) == expected


@pytest.mark.parametrize(
    ("host", "stage"),
    [
        ("preview-K.ws.example.com", "preview"),
        ("preview.example.com", "preview"),
        ("live-K.ws.example.com", "live"),
        ("previews.example.com", "live"),
        ("example.com", "live"),
        ("", "live"),
    ],
)
def test_stage_of_host(host: str, stage: str) -> None:
    assert stage_of_host(host) == stage
