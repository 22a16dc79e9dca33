"""Pushes as simulated push services delivered them: what each device got, in words that can be read."""

import json
from typing import Any, NamedTuple

from portal.demo import rows
from portal.demo.devices import Devices
from portal.demo.player_socket import Trouble
from portal.demo.telling import Telling
from push.providers import Provider
from push.sim.faults import SERVICES
from push.sim.simulator import Simulator
from realtime import database

DEVICE_OS = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "w8", "web": "web"}
PATIENCE = 30.0  # seconds: a push that failed once is tried again after ten
LONGEST_TAG = 16  # WNS has no room for more of a collapse key: its end is taken


class GotPush(NamedTuple):
    """What a device's app reads from a push; "" for what is not in it."""

    service: str
    title: str
    body: str
    message_id: str
    collapse_key: str

    @property
    def fault(self) -> str:
        """What is wrong with it, "" if nothing is."""
        name = Provider(self.service).label
        if not self.title or not self.body:
            return f"what {name} delivered has no {'body' if self.title else 'title'}"
        key = self.message_id[-LONGEST_TAG:] if self.service == "wns" else self.message_id
        if self.collapse_key != key:
            return f"the collapse key at {name} is {self.collapse_key or 'missing'}, not the message's id"
        return ""


class Delivered:
    def __init__(self, simulator: Simulator, further: Devices) -> None:
        self._simulator = simulator
        self.further = further

    async def tell(self, telling: Telling, message_id: str) -> None:
        for push in await self._pushes(telling, message_id):
            if push.fault:
                raise Trouble(push.fault)
            reason = await database.run(rows.reason_of, message_id)
            telling.seen(
                f"{Provider(push.service).label} · {DEVICE_OS[push.service]}",
                push.body,
                reason,
                (
                    f"title: {push.title}",
                    f"messageId: {push.message_id}",
                    f"collapse key: {push.collapse_key}",
                ),
            )

    async def _pushes(self, telling: Telling, message_id: str) -> list[GotPush]:
        """One from each service, in their order, once the server knows that they took it. Raises Trouble."""

        def missing() -> list[str]:
            got = {each.service for each in self._of(message_id)}
            return [name for name in SERVICES if name not in got]

        try:
            await self._simulator.world.log.until(lambda: not missing(), PATIENCE)
        except TimeoutError:
            raise Trouble(await database.run(_why_not, missing(), message_id)) from None
        await telling.until(
            lambda: not _not_sent(message_id), lambda: _why_not(_not_sent(message_id), message_id)
        )
        pushes = sorted(self._of(message_id), key=lambda push: SERVICES.index(push.service))
        if len(pushes) > len(SERVICES):
            raise Trouble(f"{len(pushes)} pushes were delivered to {len(SERVICES)} devices")
        return pushes

    def _of(self, message_id: str) -> list[GotPush]:
        found = [read(document) for document in self._simulator.delivered()]
        return [push for push in found if push.message_id == message_id]


def read(document: dict[str, Any]) -> GotPush:
    """From the simulator's log. What a push lacks is "" here."""
    service, payload = document["service"], document["payload"]
    match service:
        case "apns":
            shown, ids = _object(_object(payload, "aps"), "alert"), payload
        case "fcm":
            shown, ids = _object(payload, "notification"), _object(payload, "data")
        case "adm":
            shown, ids = {**payload, "body": payload.get("message")}, payload
        case "wns":
            shown, ids = _toast(payload)
        case _:
            shown, ids = payload, payload
    return GotPush(
        service,
        str(shown.get("title") or ""),
        str(shown.get("body") or ""),
        str(ids.get("messageId") or ""),
        document["collapseKey"],
    )


def _toast(payload: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A toast's `launch`, which the opened app gets, is JSON. A raw push is the JSON alone."""
    if "texts" not in payload:
        return payload, payload
    shown = dict(zip(("title", "body"), payload["texts"], strict=False))
    return shown, json.loads(payload["attributes"]["launch"])


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _not_sent(message_id: str) -> list[str]:
    sent = {provider for provider, code in rows.attempts(message_id) if code == "sent"}
    return [name for name in SERVICES if name not in sent]


def _why_not(services: list[str], message_id: str) -> str:
    codes = dict(rows.attempts(message_id))
    said = ", ".join(f"{Provider(name).label} ({codes.get(name, 'not tried')})" for name in services)
    return f"no push came through {said}, and the message's reason is {rows.reason_of(message_id)}"
