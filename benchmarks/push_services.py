"""The push services as a process of their own (push/sim), asked and told over its control."""

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from push.sim.faults import SERVICES
from tests.live_server import ROOT

DEVICE_OS = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "w8", "web": "web"}
BROWSERS = "https://updates.push.services.mozilla.com"
WITHIN = 30.0


class Device(NamedTuple):
    """`token` is what it registers with, `name` what its service calls it by."""

    provider: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A push that a service took responsibility for; `payload` is as the device gets it."""

    provider: str
    name: str
    payload: Any
    collapse_key: str
    at_ms: int


class Services:
    """All five; what they take they keep in memory, up to 100,000 pushes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "push.sim", "--folder", str(self.folder), "--port", "0"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        said = _line(self._process.stdout)
        if not said:
            raise AssertionError("the push services did not start")
        self.origin = str(json.loads(said)["control"])

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def account_file(self, provider: str) -> Path:
        return self.folder / f"{provider}.json"

    def accounts(self) -> dict[str, Any]:
        """The documents to send with, by provider."""
        return {name: json.loads(self.account_file(name).read_text()) for name in SERVICES}

    def device(self, provider: str, number: int) -> Device:
        """A new one. A browser subscribes."""
        name = {"apns": f"a1{number:062x}", "adm": f"amzn1.adm-registration.v3.{number}"}.get(
            provider, f"device{number}"
        )
        match provider:
            case "wns":
                token = f"https://db3.notify.windows.com/?token={name}"
            case "web":
                token = json.dumps(self._ask("POST", "/subscriptions", {"name": name, "origin": BROWSERS}))
            case _:
                token = name
        return Device(provider, name, token)

    def fault(self, kind: str, service: str, **settings: Any) -> None:
        """Without end unless `times` says otherwise."""
        self._ask("POST", "/faults", {"kind": kind, "service": service, "times": 0, **settings})

    def recover(self) -> None:
        """No more faults. What a black hole swallowed is gone."""
        self._ask("DELETE", "/faults")

    def delivered(self, after: int = 0) -> list[Delivered]:
        """All but the first `after`."""
        return [
            Delivered(
                each["service"],
                each["token"],
                each["payload"],
                each["collapseKey"],
                each["atMs"],
            )
            for each in self._ask("GET", f"/delivered?after={after}")
        ]

    def count(self) -> int:
        """How many were delivered."""
        return int(self._ask("GET", "/")["counts"].get("delivered", 0))

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, data, method=method)
        with urllib.request.urlopen(request, timeout=WITHIN) as answer:
            content = answer.read()
        return json.loads(content) if content else None


def _line(output: IO[str] | None) -> str:
    assert output is not None
    return output.readline()
