import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from push.sim.faults import KINDS
from push.sim.simulator import Simulator

ROOT = Path(__file__).parents[3]
FCM = {"message": {"token": "t1", "data": {"k": "v"}}}


async def control(simulator: Simulator, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, simulator.control.origin + path, json=body) as response,
    ):
        text = await response.text()
        return response.status, json.loads(text) if text else None


async def post_to_fcm(simulator: Simulator, patience: float = 5) -> tuple[int, str, str]:
    """Status, Retry-After and text; or -1 and the exception's name."""
    context = ssl.create_default_context(cadata=simulator.world.authority.bundle)
    token = simulator.fcm.bearers.issue(simulator.world.now())
    url = f"{simulator.origins['fcm']}/v1/projects/dice-1234/messages:send"
    connector = aiohttp.TCPConnector(ssl=context)
    limit = aiohttp.ClientTimeout(total=patience)
    async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with session.post(url, json=FCM, headers=headers) as response:
                return response.status, response.headers.get("Retry-After", ""), await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            return -1, "", type(error).__name__


@pytest.mark.parametrize(
    ("fault", "status", "delivered"),
    [
        ({"kind": "pass"}, 200, 1),
        ({"kind": "delay", "seconds": 0.1}, 200, 1),
        ({"kind": "black_hole"}, -1, 0),
        ({"kind": "reset_before"}, -1, 0),
        ({"kind": "reset_after"}, -1, 1),
        ({"kind": "too_many", "seconds": 7}, 429, 0),
        ({"kind": "server_error"}, 500, 0),
        ({"kind": "unavailable"}, 503, 0),
        ({"kind": "bad_json"}, 200, 1),
        ({"kind": "slow_body", "seconds": 0.1}, 200, 1),
        ({"kind": "expired_token"}, 401, 0),
        ({"kind": "refuse", "code": "UNREGISTERED"}, 404, 0),
        ({"kind": "tls_cut"}, -1, 0),
        ({"kind": "tls_untrusted"}, -1, 0),
    ],
)
async def test_fault_fires_once_and_the_log_says_what_was_delivered(
    simulator: Simulator, fault: dict[str, Any], status: int, delivered: int
):
    assert (await control(simulator, "POST", "/faults", {"service": "fcm", **fault}))[0] == 201
    assert (await post_to_fcm(simulator, 0.5))[0] == status
    assert len(simulator.delivered("fcm", "t1")) == delivered
    _, [shown] = await control(simulator, "GET", "/faults")
    assert shown["fired"] == 1
    assert (await post_to_fcm(simulator))[0] == 200
    assert len(simulator.delivered("fcm", "t1")) == delivered + 1


async def test_script_is_met_in_its_order(simulator: Simulator):
    script = [
        {"service": "fcm", "kind": "unavailable", "token": "t1", "seconds": 9},
        {"service": "fcm", "kind": "pass", "token": "t1"},
        {"service": "fcm", "kind": "server_error", "token": "t1"},
    ]
    await control(simulator, "POST", "/faults", script)
    answers = [await post_to_fcm(simulator) for _ in range(4)]
    assert [(status, retry_after) for status, retry_after, _ in answers] == [
        (503, "9"),
        (200, ""),
        (500, ""),
        (200, ""),
    ]


async def test_bad_json_is_none(simulator: Simulator):
    simulator.fault("bad_json", "fcm")
    _, _, text = await post_to_fcm(simulator)
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(text)


async def test_black_hole_lets_go_on_release(simulator: Simulator):
    simulator.fault("black_hole", "fcm")
    await post_to_fcm(simulator, 0.2)
    assert simulator.delivered() == []
    await control(simulator, "POST", "/release")
    await simulator.world.log.until(lambda: len(simulator.delivered()) == 1)


async def test_delivered_tells_what_the_device_gets(simulator: Simulator):
    await post_to_fcm(simulator)
    await post_to_fcm(simulator)
    _, [first, second] = await control(simulator, "GET", "/delivered?service=fcm&token=t1")
    assert first["payload"] == {"data": {"k": "v"}}
    assert (await control(simulator, "GET", f"/delivered?after={first['number']}"))[1] == [second]
    assert (await control(simulator, "GET", "/delivered?service=apns"))[1] == []


async def test_requests_name_the_rule_that_was_broken(simulator: Simulator):
    simulator.world.ahead = 7200
    simulator.fcm.bearers.lifetime = 0
    assert (await post_to_fcm(simulator))[0] == 401
    _, [request] = await control(simulator, "GET", "/requests")
    assert (request["verdict"], request["rule"]) == ("UNAUTHENTICATED", "FCM 9")


async def test_faults_that_cannot_be_set_change_nothing(simulator: Simulator):
    both = [{"service": "fcm", "kind": "pass"}, {"service": "fcm", "kind": "goaway"}]
    assert await control(simulator, "POST", "/faults", both) == (400, {"error": "fcm has no goaway on push"})
    assert (await control(simulator, "GET", "/faults"))[1] == []


async def test_clock_and_reset(simulator: Simulator):
    assert (await control(simulator, "POST", "/clock", {"ahead": "x"}))[0] == 400
    await control(simulator, "POST", "/clock", {"ahead": 3600})
    await control(simulator, "POST", "/faults", {"service": "fcm", "kind": "delay"})
    await post_to_fcm(simulator)
    assert simulator.world.ahead == 3600
    await control(simulator, "POST", "/reset")
    assert (simulator.world.ahead, list(simulator.world.faults), simulator.delivered()) == (0, [], [])


async def test_subscription_keeps_its_name_and_takes_another_origin(simulator: Simulator):
    body = {"name": "ana", "origin": "https://updates.push.services.mozilla.com"}
    _, made = await control(simulator, "POST", "/subscriptions", body)
    assert made["endpoint"] == "https://updates.push.services.mozilla.com/push/ana"
    _, again = await control(simulator, "POST", "/subscriptions", {"name": "ana"})
    assert (again["keys"], again["endpoint"]) == (made["keys"], f"{simulator.origins['web']}/push/ana")


async def test_folder_keeps_keys_and_holds_the_accounts(tmp_path: Path):
    async with Simulator(tmp_path) as first:
        account, bundle = first.account("apns"), first.world.authority.bundle
        assert json.loads((tmp_path / "apns.json").read_text()) == account
    async with Simulator(tmp_path) as second:
        assert second.account("apns")["credentials"] == account["credentials"]
        assert second.world.authority.bundle == bundle == (tmp_path / "ca.pem").read_text()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The folder alone, under another name."""
    shutil.copytree(ROOT / "push" / "sim", tmp_path / "services")
    return tmp_path


def serve(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", START, "--port", "0", "--log", "log.jsonl", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


START = """
import runpy, sys
sys.modules["django"] = None  # importing it fails
runpy.run_module("services", run_name="__main__", alter_sys=True)
"""


async def test_folder_serves_alone_without_django(copied: Path):
    (copied / "script.json").write_text('[{"service": "fcm", "kind": "server_error"}]')
    with serve(copied, "--plain", "--folder", "keys", "--script", "script.json") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            async with session.get(said["control"] + "/faults") as response:
                assert [fault["kind"] for fault in await response.json()] == ["server_error"]
            credentials = json.loads((copied / "keys" / "adm.json").read_text())["credentials"]
            form = {
                "grant_type": "client_credentials",
                "scope": "messaging:push",
                "client_id": credentials["clientId"],
                "client_secret": credentials["clientSecret"],
            }
            async with session.post(said["services"]["adm"] + "/auth/O2/token", data=form) as response:
                assert (response.status, "access_token" in await response.json()) == (200, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_readme_lists_the_kinds_of_faults():
    text = (ROOT / "push" / "sim" / "README.md").read_text()
    table = text.partition("<!-- kinds -->\n")[2].partition("<!-- /kinds -->")[0]
    rows = [
        f"| `{name}` | {kind.does} | {'yes' if kind.delivers else 'no'} | {_also(name)} |\n"
        for name, kind in KINDS.items()
    ]
    assert table == "".join(rows)


def _also(name: str) -> str:
    kind = KINDS[name]
    only = "" if len(kind.services) > 1 else f"{kind.services[0]} alone; "
    return re.sub(r"; $", "", f"{only}on {', '.join(kind.on)}")
