"""`ws` and socket.io on Node, at the versions of package-lock.json; small servers beside this file."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.client import BenchClient
from benchmarks.peers.peer import TEXT, Member, started

FOLDER = Path(__file__).resolve().parent
INSTALL_WITHIN = 300.0


class SocketIoMember(BenchClient):
    """Speaks engine.io 4 over WebSocket alone: open, join the default namespace, answer its heartbeat."""

    def _shake_hands(self, document: object) -> None:
        raise NotImplementedError  # texts are packets, see _take

    def _take(self, opcode: int, payload: bytes) -> None:
        if payload.startswith(b"0"):
            self.send("40")
        elif payload.startswith(b"40"):
            self.ready.set_result({})
        elif payload == b"2":
            self.send("3")
        elif payload.startswith(b"42"):
            self.on_text(self, payload)
        else:
            super()._take(opcode, payload)


class Node:
    def __init__(self, package: str) -> None:
        self.package = package
        self.member: type[BenchClient] = SocketIoMember if package == "socket.io" else Member
        self.path = "/socket.io/?EIO=4&transport=websocket" if package == "socket.io" else "/"

    def missing(self) -> str:
        if not shutil.which("node") or not shutil.which("npm"):
            return "node and npm are not installed"
        if not (FOLDER / "node_modules" / self.package).exists():
            command = ["npm", "ci", "--no-audit", "--no-fund", "--silent"]
            done = subprocess.run(
                command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=INSTALL_WITHIN
            )
            if done.returncode:
                return f"npm ci failed: {done.stderr.strip()}"
        return ""

    def described(self) -> str:
        file = FOLDER / "node_modules" / self.package / "package.json"
        node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
        return f"{self.package}, {json.loads(file.read_text())['version']}, Node {node.strip()}, no deflate"

    @contextmanager
    def serving(self, port: int, folder: Path) -> Iterator[int]:
        with started(["node", f"{self.package.replace('.', '')}.js", str(port)], port, FOLDER) as pid:
            yield pid

    async def publish(self, members: Sequence[BenchClient], port: int) -> None:
        members[0].send(f'42["news",{TEXT}]' if self.package == "socket.io" else TEXT)
