"""What players' devices get of a running server, whose provider accounts are the simulator's."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from push.sim.simulator import Simulator
from tests.server_fixtures import Connect
from tests.wire.conftest import NewDriven, Player
from tests.wire.driven import DrivenServer, register_device
from tests.wire_games import GAME

TOKENS = {"IOS": "a1b2c3d4" * 8, "ANDROID": "fcm-token"}


class Pushing(NamedTuple):
    server: DrivenServer
    simulator: Simulator

    async def delivered(self, count: int) -> list[dict[str, Any]]:
        """The payloads' data with the ttl, once there are as many."""
        await self.simulator.world.log.until(lambda: len(self.simulator.delivered()) >= count)
        return [
            {"service": each["service"], "ttl": each["ttl"], **each["payload"].get("data", each["payload"])}
            for each in self.simulator.delivered()
        ]


@pytest.fixture
async def pushing(new_driven: NewDriven, tmp_path: Path) -> AsyncIterator[Pushing]:
    server, file = new_driven(), tmp_path / "account.json"
    async with Simulator() as simulator:
        for provider in ("apns", "fcm"):
            file.write_text(json.dumps(simulator.account(provider)))
            await server.command("push_account", GAME.api_key, "preview", provider, str(file))
        yield Pushing(server, simulator)
        await asyncio.to_thread(server.stop)  # first: it ends its connections to the simulator


async def test_always_push_reaches_the_socket_and_the_device_of_a_player_who_is_online(
    pushing: Pushing, player: Player
) -> None:
    anna = await player("anna", on=pushing.server)
    await register_device(anna, "IOS", TOKENS["IOS"])
    ids = []
    for suppress in (True, False):
        overrides = {"suppress_push_on_socket_send": suppress}
        ids += await pushing.server.fire("ScriptMessage", {}, [anna.user_id], overrides=overrides)
        assert (await anna.expect_message("ScriptMessage", within=5))["messageId"] == ids[-1]
    # The first was stored before: its push would have left before.
    assert [each["messageId"] for each in await pushing.delivered(1)] == ids[1:]
    [row] = pushing.server.rows("SELECT pushed FROM messaging_playermessage WHERE id = ?", ids[0])
    assert not row["pushed"]


async def test_expire_after_0_is_pushed_with_no_time_to_live(
    pushing: Pushing, connect: Connect, player: Player
) -> None:
    anna = await player("anna", on=pushing.server)
    for device_os, token in TOKENS.items():
        await register_device(anna, device_os, token)
    await anna.request("EndSessionRequest")
    [id] = await pushing.server.fire("ScriptMessage", {}, [anna.user_id], overrides={"expire_after_hours": 0})
    found = await pushing.delivered(2)
    assert sorted((each["service"], each["messageId"], each["ttl"]) for each in found) == [
        ("apns", id, 0),
        ("fcm", id, 0),
    ]


async def test_a_message_over_its_device_s_cap_waits_in_the_inbox(
    pushing: Pushing, connect: Connect, player: Player, tmp_path: Path
) -> None:
    file = tmp_path / "capped.json"
    file.write_text(json.dumps(pushing.simulator.account("apns") | {"deviceDailyCap": 1}))
    await pushing.server.command("push_account", GAME.api_key, "preview", "apns", str(file))
    anna = await player("anna", on=pushing.server)
    await register_device(anna, "IOS", TOKENS["IOS"])
    await anna.request("EndSessionRequest")
    ids = []
    for reason in ("pushed", "suppressed_cap"):
        ids += await pushing.server.fire("ScriptMessage", {}, [anna.user_id])
        sql = "SELECT state FROM messaging_playermessage WHERE id = ? AND reason = ?"
        [row] = await pushing.server.await_rows(sql, ids[-1], reason)
        assert row["state"] == "waiting"
    assert [each["messageId"] for each in await pushing.delivered(1)] == ids[:1]
    trace = await pushing.server.command("trace", GAME.api_key, "preview", ids[1])
    assert "The daily limit of pushes was reached." in trace
    assert "suppressed_cap. The device had its 1 pushes of" in trace
    back = await connect(on=pushing.server, authToken=anna.auth_token)
    came = [await back.expect_message("ScriptMessage", within=5) for _ in ids]
    assert [frame["messageId"] for frame in came] == ids


async def test_what_waits_for_a_device_reaches_it_as_one_push_and_each_message_says_so(
    pushing: Pushing, player: Player, tmp_path: Path
) -> None:
    file = tmp_path / "coalescing.json"
    file.write_text(json.dumps(pushing.simulator.account("apns") | {"coalesce": True}))
    await pushing.server.command("push_account", GAME.api_key, "preview", "apns", str(file))
    anna = await player("anna", on=pushing.server)
    await register_device(anna, "IOS", TOKENS["IOS"])
    await anna.request("EndSessionRequest")
    pushing.simulator.fault("unavailable", "apns", times=1)
    [first] = await pushing.server.fire("ScriptMessage", {}, [anna.user_id])
    waiting = "SELECT id FROM messaging_playermessage WHERE id = ? AND reason = ?"
    await pushing.server.await_rows(waiting, first, "push_retrying:ServiceUnavailable")
    [second] = await pushing.server.fire("ScriptMessage", {}, [anna.user_id])
    for id in (first, second):
        await pushing.server.await_rows(waiting, id, "pushed")
    [delivered] = await pushing.delivered(1)
    assert (delivered["messageId"], delivered["coalesced"]) == (second, 2)
    trace = await pushing.server.command("trace", GAME.api_key, "preview", first)
    assert f"coalesced. Sent in the push of message {second}, the newest of 2" in trace
