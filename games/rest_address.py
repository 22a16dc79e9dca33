"""The URLs of REST calls (wire-protocol.md, section 9). They hold a secret: whoever logs one hides it."""

from dataclasses import dataclass, field

from protocol.addresses import STAGES

DIRECTORY = "rs"
OTHERS = ("ops", "static")  # whose own paths may hold the same word


@dataclass(frozen=True, slots=True)
class RestAddress:
    """`name` is the request's class without its dot."""

    stage: str
    api_key: str
    credential: str
    secret: str = field(repr=False)
    name: str


def is_rest(path: str) -> bool:
    """Whether a path is a REST call's, or was meant to be one: nobody else may see what it holds."""
    segments = path.lower().split("/")
    return DIRECTORY in segments and not any(segment in OTHERS for segment in segments[:2])


def parse_rest_address(path: str, host: str) -> RestAddress | None:
    """`/rs/{apiKey}/{credential}/{secret}/{RequestName}` is the live stage; `/preview` or `/live` in front
    names it. Without a key in the path the host gives both: `{apiKey}.{stage}.` or `{stage}-{apiKey}.`.
    """
    segments = path.removeprefix("/").split("/")
    stage = segments.pop(0) if segments[0] in STAGES else ""
    if segments[:1] != [DIRECTORY] or not all(segments):
        return None
    called = segments[1:]
    if len(called) == 4:
        api_key, credential, secret, name = called
        return RestAddress(stage or "live", api_key, credential, secret, name.removeprefix("."))
    if len(called) == 3 and not stage:
        api_key, stage = _of_host(host)
        credential, secret, name = called
        return RestAddress(stage, api_key, credential, secret, name.removeprefix("."))
    return None


def _of_host(host: str) -> tuple[str, str]:
    """`k1.preview.example.com` and `preview-k1.example.com` → `k1`, `preview`; else an unknown key."""
    first, _, rest = host.lower().partition(".")
    second = rest.partition(".")[0]
    if second in STAGES:
        return first, second
    stage, _, api_key = first.partition("-")
    return (api_key, stage) if stage in STAGES else ("", "live")
