import pytest

from benchmarks.peers.nchan import Nchan
from benchmarks.peers.node import Node


@pytest.mark.parametrize(
    ("peer", "missing"),
    [
        (Node("ws"), "node and npm are not installed"),
        (Nchan(), "nginx with Debian's libnginx-mod-nchan is not installed"),
    ],
)
def test_a_peer_that_is_not_there_is_told(
    peer: Node | Nchan, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert peer.missing() == missing
