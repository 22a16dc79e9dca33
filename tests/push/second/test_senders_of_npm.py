"""Senders that others wrote deliver to the simulator, and are refused by it as by the real services."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from push.sim.accounts import SUBJECT
from push.sim.keys import base64url
from push.sim.simulator import Simulator
from tests.push.second.node import run

SHOWN = {"title": "Your turn", "body": "Bo rolled a six 🎲"}
PUSH = {**SHOWN, "messageId": "0123456789abcdef01234567", "ttl": 3600}
TOKENS = [f"a1{number:062x}" for number in range(20)]
GONE = "de" * 32


@pytest.mark.parametrize("script", ["apn.js", "apns2.js"])
async def test_apns_senders_deliver_over_http2(simulator: Simulator, tmp_path: Path, script: str) -> None:
    simulator.fault("refuse", "apns", token=GONE, code="Unregistered", timestamp_ms=1)
    address = urlsplit(simulator.origins["apns"])
    order = {
        "credentials": simulator.account("apns")["credentials"],
        "host": address.hostname,
        "port": address.port,
        "tokens": [*TOKENS, GONE],
        "push": PUSH,
    }
    answer = await run(script, order, simulator.world.authority.bundle, tmp_path)
    assert sorted(answer["sent"]) == TOKENS
    [refused] = answer["refused"]
    assert (refused["device"], refused["status"], refused["reason"]) == (GONE, 410, "Unregistered")
    delivered = simulator.delivered("apns")
    assert sorted(each["token"] for each in delivered) == TOKENS
    for each in delivered:
        assert each["payload"] == {"aps": {"alert": SHOWN}, "messageId": PUSH["messageId"]}
        assert each["collapseKey"] == PUSH["messageId"]
        assert 3590 <= each["ttl"] <= 3600
    verdicts = [request.verdict for request in simulator.world.log.requests]
    assert sorted(verdicts) == ["Unregistered"] + ["accepted"] * 20


@pytest.mark.parametrize("script", ["apn.js", "apns2.js"])
async def test_apns_senders_are_refused_for_another_team_s_token(
    simulator: Simulator, tmp_path: Path, script: str
) -> None:
    address = urlsplit(simulator.origins["apns"])
    order = {
        "credentials": simulator.account("apns")["credentials"] | {"teamId": "ANOTHER123"},
        "host": address.hostname,
        "port": address.port,
        "tokens": TOKENS[:1],
        "push": PUSH,
    }
    answer = await run(script, order, simulator.world.authority.bundle, tmp_path)
    assert [(each["status"], each["reason"]) for each in answer["refused"]] == [(403, "InvalidProviderToken")]
    assert simulator.delivered() == []


async def test_web_push_is_decrypted_by_the_browsers(simulator: Simulator, tmp_path: Path) -> None:
    names = ["b1", "b2", "b3"]
    subscriptions = [simulator.subscription(name) for name in names]
    unknown = subscriptions[0] | {"endpoint": f"{simulator.origins['web']}/push/nobody"}
    order = {"vapid": vapid(simulator), "subscriptions": [*subscriptions, unknown], "push": PUSH}
    answer = await run("webpush.js", order, simulator.world.authority.bundle, tmp_path)
    assert answer["statuses"] == [201, 201, 201, 404]
    delivered = simulator.delivered("web")
    assert sorted(each["token"] for each in delivered) == names
    for each in delivered:
        assert each["payload"] == {**SHOWN, "messageId": PUSH["messageId"]}
        assert (each["collapseKey"], each["ttl"]) == (PUSH["messageId"], 3600)


def vapid(simulator: Simulator) -> dict[str, Any]:
    """The account's key as web-push takes it."""
    number = simulator.world.accounts.vapid_key.private_numbers().private_value
    return {
        "subject": SUBJECT,
        "publicKey": simulator.world.accounts.application_server_key,
        "privateKey": base64url(number.to_bytes(32, "big")),
    }
