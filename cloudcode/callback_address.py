"""The URLs of callbacks (wire-protocol.md, 9.3). They hold a secret: whoever logs one hides it."""

from dataclasses import dataclass, field

from protocol.addresses import STAGES

DIRECTORY = "callback"
OTHERS = ("ops", "static", "g")  # whose own paths may hold the same word
OLD_LIVE = "service"  # what the old form called it


@dataclass(frozen=True, slots=True)
class CallbackAddress:
    """`first`, `second` and `third` are a credential, its secret and a player's id; or, in the old form, the
    server credential's secret and a player's id. Which it is, the game's credentials tell."""

    stage: str
    api_key: str
    first: str = field(repr=False)
    second: str = field(default="", repr=False)
    third: str = field(default="", repr=False)


def is_callback(path: str) -> bool:
    """Whether a path is a callback's, or was meant to be one: nobody else may see what it holds."""
    segments = path.lower().split("/")
    return DIRECTORY in segments and not any(segment in OTHERS for segment in segments[:2])


def parse_callback_address(path: str, host: str) -> CallbackAddress | None:
    """`/callback/{apiKey}/{credential}/{secret}[/{playerId}]`, in the old form
    `/callback/{apiKey}/{serverSecret}[/{playerId}]`.

    The stage is named in front (`/preview/callback/…`) or by the host, else it is live.
    """
    segments = path.removeprefix("/").removesuffix("/").split("/")
    stage = _stage(segments.pop(0)) if _stage(segments[0]) else ""
    if segments[0] != DIRECTORY or not all(segments) or not 3 <= len(segments) <= 5:
        return None
    return CallbackAddress(stage or _stage_of_host(host), *segments[1:])


def _stage(word: str) -> str:
    return "live" if word == OLD_LIVE else word if word in STAGES else ""


def _stage_of_host(host: str) -> str:
    """`preview.example.com`, `k1.preview.example.com`, `preview-k1.example.com`."""
    first, second, *_ = [*host.lower().split("."), "", ""]
    return _stage(first) or _stage(second) or _stage(first.partition("-")[0]) or "live"
