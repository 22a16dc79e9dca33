"""`python -m benchmarks.peers NAME fanout|memory SOCKETS SENDS`: `{"value", "described"}` or `{"missing"}`
as JSON.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path

import uvloop

from benchmarks.peers import channels, nchan, node
from benchmarks.peers.measuring import MEASURES
from benchmarks.peers.peer import Peer
from bin.services import free_port

PEERS: dict[str, Peer] = {
    "channels_core": channels.Channels("core"),
    "channels_pubsub": channels.Channels("pubsub"),
    "ws": node.Node("ws"),
    "socketio": node.Node("socket.io"),
    "nchan": nchan.Nchan(),
}


def main(name: str, what: str, sockets: int, sends: int) -> dict[str, object]:
    peer = PEERS[name]
    if missing := peer.missing():
        return {"missing": missing}
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="flint-peer-") as folder, peer.serving(port, Path(folder)) as pid:
        value = uvloop.run(MEASURES[what](peer, port, pid, sockets, sends))
    return {"value": value, "described": peer.described()}


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
