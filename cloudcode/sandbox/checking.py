"""Whether the engine can read scripts: asked of a sandbox process of its own, without an event loop."""

import threading
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from cloudcode.sandbox.frames import HEADER, Kind, packed, unpacked
from cloudcode.sandbox.process import ContextLimits, SandboxProcess
from cloudcode.sandbox.sources import Source

PATIENCE = 10.0  # seconds


class SyntaxFault(msgspec.Struct, frozen=True):
    """`line` and `column` count from 1."""

    message: str
    line: int | None = None
    column: int | None = None


_known: dict[str, SyntaxFault | None] = {}  # by the text's hash
_lock = threading.Lock()
MOST_KNOWN = 10_000


def syntax_faults(sources: Mapping[str, Source]) -> dict[str, SyntaxFault]:
    """The fault of each that has one, by the given names. Each text is asked for once."""
    with _lock:
        asked = {source.hash: source.text for source in sources.values() if source.hash not in _known}
        if asked:
            if len(_known) > MOST_KNOWN:
                _known.clear()
            found = _ask(asked)
            _known.update({hash_: found.get(hash_) for hash_ in asked})
        known = {name: _known.get(source.hash) for name, source in sources.items()}
    return {name: fault for name, fault in known.items() if fault is not None}


def _ask(texts: Mapping[str, str]) -> dict[str, SyntaxFault]:
    process = SandboxProcess.start(ContextLimits())
    try:
        process.socket.settimeout(PATIENCE)
        _receive(process, Kind.READY)
        process.socket.sendall(packed(Kind.CHECK, msgspec.json.encode(texts)))
        return msgspec.json.decode(_receive(process, Kind.DONE), type=dict[str, SyntaxFault])
    finally:
        process.bury()


def _receive(process: SandboxProcess, wanted: Kind) -> bytes:
    kind, length = unpacked(_exactly(process, HEADER.size))
    payload = _exactly(process, length)
    if kind is not wanted:
        raise OSError(f"a sandbox process said {kind} instead of {wanted}")
    return payload


def _exactly(process: SandboxProcess, count: int) -> bytes:
    received = b""
    while len(received) < count:
        part = process.socket.recv(count - len(received))
        if not part:
            raise OSError("a sandbox process ended")
        received += part
    return received


@lru_cache(maxsize=1)
def protections_missing() -> dict[str, str]:
    """What a sandbox process cannot have on this machine, with the reason."""
    process = SandboxProcess.start(ContextLimits())
    try:
        process.socket.settimeout(PATIENCE)
        missing: dict[str, dict[str, str]] = msgspec.json.decode(_receive(process, Kind.READY))
        return missing["missing"]
    finally:
        process.bury()
