"""The simulator's services (push/sim) as tests of this package ask about them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from push.sim.faults import Fault
from push.sim.log import Request
from push.sim.simulator import Simulator
from tests.push.keys import pem, service_key


@dataclass
class Simulated:
    """One service. Faults are without end unless `times` says otherwise."""

    simulator: Simulator
    name: str

    def document(self, **changes: Any) -> dict[str, Any]:
        """An account document for this server."""
        return self.simulator.account(self.name) | changes

    def fault(self, kind: str, token: str = "", times: int = 0, **settings: Any) -> Fault:
        return self.simulator.fault(kind, self.name, token=token, times=times, **settings)

    def refuses(self, token: str, code: str, **settings: Any) -> Fault:
        return self.fault("refuse", token, code=code, **settings)

    def recovers(self) -> None:
        """Every fault ends; what black holes hold stays held."""
        self.simulator.world.faults.clear()

    def release(self) -> None:
        self.simulator.world.release()

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.simulator.world.log.until(condition)

    @property
    def requests(self) -> list[Request]:
        """Every push request that was read to its end."""
        return [each for each in self.simulator.world.log.requests if each.service == self.name]

    @property
    def delivered(self) -> list[dict[str, Any]]:
        return self.simulator.delivered(self.name)

    @property
    def bearers(self) -> set[str]:
        """The tokens by which senders have shown who they are."""
        return {each.asked.headers.get("authorization", "").partition(" ")[2] for each in self.requests}

    @property
    def token_requests(self) -> int:
        return self.simulator.world.log.counts[f"{self.name} tokens asked"]


@dataclass
class Push:
    token: str
    headers: dict[str, str]
    payload: Any


class ApnsServer(Simulated):
    @property
    def pushes(self) -> list[Push]:
        asked = [each.asked for each in self.requests]
        return [
            Push(each.path.removeprefix("/3/device/"), dict(each.headers), json.loads(each.body))
            for each in asked
        ]

    @property
    def tokens(self) -> list[str]:
        return [push.token for push in self.pushes]

    @property
    def connected(self) -> int:
        return self.simulator.apns.connected

    @property
    def connections(self) -> int:
        return len(self.simulator.apns.connections)


class FcmServer(Simulated):
    @property
    def messages(self) -> list[dict[str, Any]]:
        """What came with a valid access token and kept FCM's rules."""
        return [json.loads(each.asked.body)["message"] for each in self.requests if each.push is not None]

    @property
    def tokens(self) -> list[str]:
        return [message["token"] for message in self.messages]

    def document(self, key_name: str = "", **changes: Any) -> dict[str, Any]:
        """`key_name` signs with another key than the account's."""
        document = super().document(**changes)
        if key_name:
            document["credentials"]["serviceAccount"]["private_key"] = pem(service_key(key_name))
        return document
