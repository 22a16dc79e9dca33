"""A case of the matrix, played: through outbox, lane and transport to the simulator, and what came of it."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import F, QuerySet

from games.models import Stage
from protocol.dates import now_ms
from push.models import Device, OutboxPush, ProviderAccount, PushAttempt
from push.sender import Sender
from push.sim.simulator import Simulator
from realtime import database
from tests.push.matrix import PRIVATE, Case
from tests.push.recorder import Recorder, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all

DEVICE_OS = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "w8", "web": "web"}
WEB_SERVICE = "https://updates.push.services.mozilla.com"
PATIENCE = 60  # seconds
IN_FLIGHT = 0.1  # seconds that the neighbour's answer takes


@dataclass(frozen=True)
class Came:
    """What came of a case: `codes` of each push's attempts, `delivered` how often each was.

    `waits` are seconds until the first retries, counted from before the first attempts, which took `first`.
    `kept` wait for their account's correction. `neighbour` is (codes, delivered) of the push beside, `fired`
    how often the fault did.
    """

    fired: int
    codes: Sequence[tuple[str, ...]]
    delivered: Sequence[int]
    waits: Sequence[float]
    kept: int
    reasons: Sequence[str]
    disabled: set[str]
    neighbour: tuple[tuple[str, ...], int] | None
    first: float


def faults_of(case: Case, came: Came) -> list[str]:
    """What is not as the matrix says."""
    unlucky = case.pushes - case.spared
    wanted = Counter([case.codes] * unlucky + [("sent",)] * case.spared)
    retried = unlucky if len(case.codes) > 1 else 0
    reason = "pushed" if case.codes[-1] == "sent" else f"push_failed:{case.codes[-1]}"
    beside = (("sent",), 1) if case.has_neighbour else None
    checks = {
        f"the fault fired {came.fired} times": came.fired == case.settings.get("times", 1),
        f"attempts: {came.codes}": Counter(came.codes) == wanted,
        f"delivered: {came.delivered}": set(came.delivered) == {case.delivered},
        f"waits: {came.waits}": all(
            case.least_wait <= each <= case.most_wait + came.first for each in came.waits
        ),
        f"{len(came.waits)} are tried again": len(came.waits) == retried,
        f"{came.kept} are kept": came.kept == (case.pushes if case.kept else 0),
        f"reasons: {came.reasons}": set(came.reasons) == {reason},
        f"disabled: {came.disabled}": came.disabled == ({case.codes[-1]} if case.dead else set()),
        f"the neighbour: {came.neighbour}": came.neighbour == beside,
    }
    return [words for words, holds in checks.items() if not holds]


async def play(
    case: Case, stage: Stage, simulator: Simulator, recorder: Recorder, patch: pytest.MonkeyPatch
) -> Came:
    """On a stage without pushes and accounts, which it leaves so."""
    patch.setattr("push.attempting.SEND_TIMEOUT", case.patience)
    patch.setattr("push.transports.oauth.TIMEOUT", case.patience_for_tokens)
    sender, recorder.outcomes[:] = Sender(), []
    document = simulator.account(case.provider)
    names = _Names(simulator, patch) if case.kind == PRIVATE else None
    await account_of(stage, case.provider, document | ({"endpoint": None} if names else {}))
    count = case.pushes + case.has_neighbour
    devices = [await device_of(stage, *_device(simulator, case, number)) for number in range(count)]
    items = [push_to(device) for device in devices]
    if case.has_neighbour:
        neighbour = _name(case.provider, case.pushes)
        simulator.fault("delay", case.provider, token=neighbour, seconds=IN_FLIGHT)
    ours = {"token": _name(case.provider, 0)} if case.has_neighbour else {}
    fault = names or simulator.fault(case.kind, case.provider, **ours, **case.settings)
    try:
        await queue(stage, items)
        asked_ms, began = now_ms(), time.monotonic()
        await send_all(sender)
        first = time.monotonic() - began
        due = await database.run(lambda: list(_tried_again().values_list("due_ms", flat=True)))
        await _end(sender, case)
        kept = await database.run(OutboxPush.objects.count)
        keys = [item.player_message_id for item in items]
        attempts = await rows(PushAttempt, "player_message_id", "code")
        codes = [tuple(code for id, code in attempts if id == key) for key in keys]
        delivered = _delivered(simulator, keys)
        reasons = {each.player_message_id: each.reason for each in recorder.outcomes}
        disabled = {disabled for (disabled,) in await rows(Device, "disabled")} - {""}
    finally:
        await sender.stop()
        await database.run(_clear)
        if names:
            names.forget()
    return Came(
        fired=fault.fired,
        codes=codes[: case.pushes],
        delivered=delivered[: case.pushes],
        waits=[(due_ms - asked_ms) / 1000 for due_ms in due],
        kept=kept,
        reasons=[reasons[key] for key in keys[: case.pushes]],
        disabled=disabled,
        neighbour=(codes[-1], delivered[-1]) if case.has_neighbour else None,
        first=first,
    )


def _name(provider: str, number: int) -> str:
    """As the simulator knows a device."""
    names = {
        "apns": f"a1{number:062x}",
        "fcm": f"fcm-token-{number}",
        "adm": f"amzn1.adm-registration.v3.{number}",
        "wns": f"A{number}",
        "web": f"b{number}",
    }
    return names[provider]


def _device(simulator: Simulator, case: Case, number: int) -> tuple[str, str]:
    token = name = _name(case.provider, number)
    if case.provider == "wns":
        token = f"https://db3.notify.windows.com/?token={name}"
    elif case.provider == "web":
        port = f":{simulator.origins['web'].rpartition(':')[2]}" if case.kind == PRIVATE else ""
        token = json.dumps(simulator.subscription(name, WEB_SERVICE + port))
    return DEVICE_OS[case.provider], token


async def _end(sender: Sender, case: Case) -> None:
    """Each retry's time comes at once, once the provider was left alone as long as it asked for."""
    await asyncio.sleep(case.asked)
    async with asyncio.timeout(PATIENCE):
        while await database.run(lambda: _tried_again().update(due_ms=now_ms() - 1)):
            await send_all(sender)
            await asyncio.sleep(0.05)


def _tried_again() -> QuerySet[OutboxPush]:
    """Not those that are kept until they expire, in case their account is set right."""
    return OutboxPush.objects.filter(due_ms__lt=F("expires_ms"))


def _delivered(simulator: Simulator, keys: Sequence[str]) -> list[int]:
    """By the collapse key, under which a device shows one however often it came. WNS has its end alone."""
    found = dict.fromkeys(keys, 0)
    for each in simulator.delivered():
        [key] = [key for key in keys if key.endswith(each["collapseKey"])]
        found[key] += 1
    return list(found.values())


def _clear() -> None:
    models: tuple[Any, ...] = (PushAttempt, OutboxPush, Device, ProviderAccount)
    for model in models:
        model.objects.all().delete()


class _Names:
    """Every host's name leads to this machine, as an attacker's may. `fired` counts the questions."""

    def __init__(self, simulator: Simulator, patch: pytest.MonkeyPatch) -> None:
        from django.conf import settings

        self.fired = 0
        self._patch = patch
        patch.setattr(settings, "FLINT_PUSH_HOSTS", [])
        patch.setattr(asyncio.get_running_loop(), "getaddrinfo", self._resolve)

    async def _resolve(self, host: str, port: int, **options: Any) -> list[Any]:
        self.fired += 1
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    def forget(self) -> None:
        self._patch.undo()
