"""Pushes of every provider that succeed and fail in every way, with secrets that nothing may show."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command

from games.models import Game, Stage
from messaging.models import Message, PlayerMessage
from protocol.dates import now_ms
from push.models import Device
from push.sender import Sender
from push.sim.keys import pem
from push.sim.simulator import Simulator
from realtime import database
from tests.portal.ops_world import World
from tests.push.canaries import Canaries
from tests.push.keys import p8_key, service_key
from tests.push.recorder import make_device, push_to
from tests.push.sending import queue, send_all

PROVIDERS = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "w8", "web": "web"}
WITH_TOKENS = ("fcm", "adm", "wns")
TROUBLES = ("delay", "too_many", "server_error", "unavailable", "bad_json", "slow_body", "expired_token")
LOST = ("reset_before", "reset_after", "black_hole")
ON_CONNECT = ("tls_cut", "tls_untrusted")
WRONG = "canary-of-a-wrong-secret-0123456789"


@dataclass
class Story:
    world: World
    simulator: Simulator
    folder: Path
    log: pytest.LogCaptureFixture
    canaries: Canaries = field(default_factory=Canaries)
    printed: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    message_id: str = ""

    @property
    def game(self) -> Game:
        return self.world.game

    @property
    def live(self) -> Stage:
        return self.game.stage("live")

    async def play(self) -> None:
        await sync_to_async(self._set_accounts)()
        devices = await sync_to_async(self._devices)()
        await self._push_to(list(devices.values()))
        await sync_to_async(self._fail)(devices)
        await sync_to_async(self._be_wrong)()
        self._see_tokens()

    def run(self, *arguments: str) -> None:
        """Keeps what the command prints, failed or not."""
        out = io.StringIO()
        try:
            call_command(*arguments, stdout=out, stderr=out, no_color=True)
        except CommandError as error:
            out.write(str(error))
        self.printed.append(out.getvalue())

    def account(self, provider: str) -> dict[str, Any]:
        """Its every secret is a canary from now on."""
        document = self.simulator.account(provider)
        if provider == "fcm":
            canary = "https://www.googleapis.com/canary-of-the-service-account"
            document["credentials"]["serviceAccount"]["client_x509_cert_url"] = canary
        self.canaries.add_document(provider, document)
        return document

    def _file(self, text: str) -> str:
        path = self.folder / "account.json"
        path.write_text(text)
        return str(path)

    def _set_accounts(self) -> None:
        for provider in PROVIDERS:
            file = self._file(json.dumps(self.account(provider)))
            self.run("push_account", self.game.api_key, "live", provider, file)
            self.run("push_account", self.game.api_key, "live", provider, "--show")
            self.run("verify_push", self.game.api_key, "live", provider)

    def _devices(self) -> dict[str, Device]:
        subscription = self.simulator.subscription("ada", "https://updates.push.services.mozilla.com")
        tokens = {
            "apns": "a1b2c3d4" * 8,
            "fcm": "fcm-token-of-ada",
            "adm": "amzn1.adm-registration.v3.ada",
            "wns": "https://db3.notify.windows.com/?token=ada",
            "web": json.dumps(subscription),
        }
        return {
            provider: make_device(self.live, os, tokens[provider], name="ada")
            for provider, os in PROVIDERS.items()
        }

    async def _push_to(self, devices: list[Device]) -> None:
        """Through the outbox: one that arrives, then one that is given up."""
        sender = Sender()
        for unlucky in (False, True):
            copy = await sync_to_async(self._message)(devices[0].player_id)
            self.message_id = copy.pk
            for device in devices if unlucky else ():
                self.simulator.fault("refuse", device.provider, code=_GONE[device.provider])
            await queue(self.live, [push_to(device, player_message_id=copy.pk) for device in devices])
            await send_all(sender)
        await sender.stop()
        await database.run(lambda: Device.objects.update(disabled=""))

    def _message(self, player_id: str) -> PlayerMessage:
        at = now_ms()
        times = {"created_ms": at, "expires_ms": at + 3_600_000}
        message = Message.objects.create(
            stage=self.live, message_class="FriendMessage", data="{}", origin="{}", **times
        )
        document = '{"@class": ".FriendMessage", "summary": "Your turn"}'
        return PlayerMessage.objects.create(message=message, player_id=player_id, document=document, **times)

    def _fail(self, devices: dict[str, Device]) -> None:
        for provider, device in devices.items():
            for kind, settings in _faults(self.simulator, provider):
                ours = {} if "on" in settings else {"token": _name_of(device)}
                self.simulator.world.faults.clear()
                self.simulator.fault(kind, provider, **ours, **settings)
                Device.objects.update(disabled="")
                self.run("test_push", self.game.api_key, "live", "--device", device.pk)

    def _be_wrong(self) -> None:
        """Accounts that providers refuse, and documents that are refused here."""
        self.simulator.world.faults.clear()
        self.canaries.add("a wrong secret", WRONG)
        for provider in PROVIDERS:
            document = self.account(provider)
            secrets = _wrong(provider)
            credentials = document["credentials"]
            (credentials["serviceAccount"] if provider == "fcm" else credentials).update(secrets)
            self.canaries.add_document(provider, document)
            file = self._file(json.dumps(document))
            for stage in ("preview", "live"):  # where they wait beside those that work
                self.run("push_account", self.game.api_key, stage, provider, file)
                self.run("verify_push", self.game.api_key, stage, provider)
            (credentials["serviceAccount"] if provider == "fcm" else credentials).update(
                dict.fromkeys(secrets, WRONG) | ({"unknown": WRONG} if provider != "fcm" else {})
            )
            self.run("push_account", self.game.api_key, "preview", provider, self._file(json.dumps(document)))
            self.run("push_account", self.game.api_key, "preview", provider, self._file(f'{{"{WRONG}'))

    def _see_tokens(self) -> None:
        services = self.simulator
        for service in (services.fcm, services.adm, services.wns):
            self.canaries.add_all(f"{service.name} access token", service.bearers.issued)
        for request in services.world.log.requests:
            shown = request.asked.headers.get("authorization", "")
            self.canaries.add(f"{request.service} authorization", shown.partition(" ")[2])


_GONE = {"apns": "Unregistered", "fcm": "UNREGISTERED", "adm": "Unregistered", "wns": "gone", "web": "gone"}


def _faults(simulator: Simulator, provider: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in (*TROUBLES, *LOST):
        yield kind, {"seconds": 0.01}
    for kind in ON_CONNECT:
        yield kind, {"on": "connect"}
    for code in getattr(simulator, provider).codes:
        yield "refuse", {"code": code.rpartition(":")[2]}
    for kind in (*TROUBLES[1:-1], *LOST) if provider in WITH_TOKENS else ():
        yield kind, {"on": "token", "seconds": 0.01}
    if provider == "apns":
        yield "goaway", {}
        yield "rst_stream", {"code": "2"}


def _name_of(device: Device) -> str:
    """As the simulator calls it."""
    if device.provider == "web":
        return str(json.loads(device.push_id)["endpoint"]).rpartition("/")[2]
    return device.push_id.rpartition("=")[2] if device.provider == "wns" else device.push_id


def _wrong(provider: str) -> dict[str, str]:
    match provider:
        case "apns":
            return {"p8": pem(p8_key("wrong"))}
        case "fcm":
            return {"private_key": pem(service_key("wrong"))}
        case "web":
            return {"vapidPrivateKey": pem(p8_key("wrong for browsers"))}
        case _:
            return {"clientSecret": f"{WRONG} of {provider}"}
