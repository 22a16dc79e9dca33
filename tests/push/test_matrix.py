"""Faults of providers against the whole way of a push: claimed, sent, tried again, settled.

`make push-matrix` runs all of them and writes what they came to into docs/push.md.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from games.models import Stage
from protocol.dates import now_ms
from push.models import Device, OutboxPush, PushAttempt
from push.sender import Sender
from push.sim.simulator import Simulator
from realtime import database
from tests.push.matrix import Case, cases, printed, reduced
from tests.push.recorder import Recorder, push_to
from tests.push.sending import account_of, device_of, make_due, queue, rows, send_all

pytestmark = pytest.mark.django_db(transaction=True)

FULL = os.environ.get("PUSH_MATRIX") == "full"
PAGE = Path(__file__).parents[2] / "docs" / "push.md"
BEGIN, END = "<!-- push matrix -->\n", "<!-- /push matrix -->"
DEVICE_OS = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "w8", "web": "web"}
PATIENCE = 20


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """What each case came to, by its id."""
    return {}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("push.attempting.SEND_TIMEOUT", 1.0)
    monkeypatch.setattr("push.transports.oauth.TIMEOUT", 0.5)
    # As if the tokens had been made long ago.
    monkeypatch.setattr("push.transports.oauth.SHORTEST_LIFE", 0)
    monkeypatch.setattr("push.transports.vapid.SHORTEST_LIFE", 0)
    monkeypatch.setattr("push.transports.apns_pool.SHORTEST_TOKEN_LIFE", 0)


@pytest.mark.parametrize("case", cases() if FULL else reduced(), ids=lambda case: case.id)
async def test_fault_ends_as_the_matrix_says(
    sender: Sender,
    live: Stage,
    recorder: Recorder,
    simulator: Simulator,
    impatient: None,
    seen: dict[str, str],
    case: Case,
):
    await account_of(live, case.provider, simulator.account(case.provider))
    devices = [
        await device_of(live, *_token(simulator, case.provider, number)) for number in range(case.pushes)
    ]
    items = [push_to(device) for device in devices]
    fault = simulator.fault(case.kind, case.provider, **case.settings)
    await queue(live, items)
    asked_ms = now_ms()
    await send_all(sender)
    waits = [due_ms - asked_ms for (due_ms,) in await rows(OutboxPush, "due_ms")]
    await _end(sender, case)

    assert fault.fired == 1
    attempts = await rows(PushAttempt, "player_message_id", "code")
    keys = [item.player_message_id for item in items]
    assert {key: tuple(code for id, code in attempts if id == key) for key in keys} == dict.fromkeys(
        keys, case.codes
    )
    assert _delivered(simulator, keys) == dict.fromkeys(keys, case.delivered)
    assert [wait for wait in waits if not case.least_wait <= wait / 1000 <= case.most_wait] == []
    assert len(waits) == (case.pushes if len(case.codes) > 1 else 0)
    assert recorder.reasons[-case.pushes :] == [_reason(case)] * case.pushes
    disabled = {disabled for (disabled,) in await rows(Device, "disabled")}
    assert disabled == {case.codes[-1] if case.dead else ""}
    first = [code for id, code in attempts if id == keys[0]]
    seen[case.id] = _shown(first, _delivered(simulator, keys)[keys[0]])


def _token(simulator: Simulator, provider: str, number: int) -> tuple[str, str]:
    tokens = {
        "apns": f"a1{number:062x}",
        "fcm": f"fcm-token-{number}",
        "adm": f"amzn1.adm-registration.v3.{number}",
        "wns": f"https://db3.notify.windows.com/?token=A{number}",
    }
    token = tokens.get(provider) or json.dumps(
        simulator.subscription(f"b{number}", "https://updates.push.services.mozilla.com")
    )
    return DEVICE_OS[provider], token


async def _end(sender: Sender, case: Case) -> None:
    """Each retry's time comes at once, once the provider was left alone as long as it asked for."""
    await asyncio.sleep(case.asked)
    async with asyncio.timeout(PATIENCE):
        while await database.run(OutboxPush.objects.count):
            await make_due()
            await send_all(sender)
            await asyncio.sleep(0.05)


def _delivered(simulator: Simulator, keys: list[str]) -> dict[str, int]:
    """By the collapse key, under which a device shows one however often it came. WNS has its end alone."""
    found = dict.fromkeys(keys, 0)
    for each in simulator.delivered():
        [key] = [key for key in keys if key.endswith(each["collapseKey"])]
        found[key] += 1
    return found


def _shown(codes: Sequence[str], delivered: int) -> str:
    return f"{', '.join(f'`{code}`' for code in codes)} · {delivered}"


def _reason(case: Case) -> str:
    return "pushed" if case.codes[-1] == "sent" else f"push_failed:{case.codes[-1]}"


def test_matrix_is_about_every_provider_and_every_kind_of_fault():
    from push.sim.faults import KINDS

    assert {case.kind for case in reduced()} == KINDS.keys() - {"pass", "replace"}
    assert {case.provider for case in reduced()} == DEVICE_OS.keys()
    assert len({case.id for case in cases()}) == len(cases())
    assert len(cases()) == 96


def test_page_holds_what_the_matrix_expects(seen: dict[str, str]):
    """In a full run, what that run has seen, which is then the page's."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    if FULL:
        table = printed(seen)
        PAGE.write_text(f"{before}{BEGIN}{table}{END}{after}")
    expected = {case.id: _shown(case.codes, case.delivered) for case in cases()}
    assert table == printed(expected)
