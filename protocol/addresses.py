"""The URLs of a socket: which stage, credential and game they name (wire-protocol.md §1, §10)."""

from dataclasses import dataclass
from urllib.parse import parse_qs

STAGES = ("preview", "live")


@dataclass(frozen=True, slots=True)
class Address:
    """`shifted`: the C# SDK's secure framing, from the first nonce on."""

    stage: str
    credential: str
    api_key: str
    shifted: bool = False


def parse_address(path: str, host: str = "", query: str = "") -> Address | None:
    """The address of an upgrade, None when the path is none of the protocol's.

    Shapes: `/ws/{credential}/{key}`, `/{stage}/ws/{credential}/{key}`, `/ws/secure/{key}`,
    `/ws/secure/{prefix}/{key}`, each also behind any host, and what several SDKs make of a secret with a
    colon: `/{key}.ws.gamesparks.net/ws/secure/{prefix}/{key}`. The key is taken from the path: host names
    lose their case.
    """
    segments = [segment for segment in path.split("/") if segment]
    if "ws" not in segments[:2]:
        return None
    at = segments.index("ws")
    before, after = segments[:at], segments[at + 1 :]
    stage = before[0] if before and before[0] in STAGES else stage_of_host(host)
    if after[:1] == ["secure"] and len(after) in (2, 3):
        return Address(stage, "device", after[-1], shifted=len(after) == 2 and "SDK" in parse_qs(query, True))
    if len(after) != 2:
        return None
    return Address(stage, after[0], after[1])


def stage_of_host(host: str) -> str:
    """`preview-KEY.…` and the older `preview.…` are preview; everything else is live."""
    return "preview" if host.lower().startswith(("preview-", "preview.")) else "live"
