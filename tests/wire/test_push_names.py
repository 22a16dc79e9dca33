"""Players' names that would break JSON or a template, pushed to a device of each provider."""

import json
from pathlib import Path
from typing import Any

from push.sim.simulator import Simulator
from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import NewDriven
from tests.wire.driven import register_device
from tests.wire_games import GAME

NAMES = (
    'quotes " and \' and \\" and ""',
    "backslashes \\ \\\\ \\u0000 \\n",
    "lines \n and \r\n and \t",
    "${player.id} ${who} ${ $${",
    "{{ who }} {% raw %} {# #} %}",
    "control \x01\x08\x0c\x1b\x1f\x7f\x85",
    "separators \u2028\u2029\ufeff\u200f",
    '"}},"aps":{"alert":"mine"},"x":{"y":"',
    "</text></toast><b a='1'>]]>&amp;&#10;",
    "👩‍👩‍👧‍👦 שָׁלוֹם e\u0301 \U0010ffff",
)
DEVICES = {
    "IOS": "a1" * 32,
    "ANDROID": "t1",
    "KINDLE": "amzn1.adm-registration.v3.t1",
    "W8": "https://db3.notify.windows.com/?token=t1",
}
# What XML has no way to write is left out of a toast's text, and stays in its `launch`.
NO_XML = dict.fromkeys(map(ord, "\x01\x08\x0c\x1b\x1f"))


def document() -> dict[str, Any]:
    """The game with templates whose every text names the sender."""
    game: dict[str, Any] = json.loads(GAME.document.read_text())
    texts = {"who": "${who}", "said": "${who}: “${message}”"}
    templates = {
        "ios": {"aps": {"alert": {"title": "${who}", "body": "${message}"}}, **texts},
        "android": {"notification": {"title": "${who}", "body": "${message}"}, "data": texts},
        "kindle": {"data": texts},
        "windows": {"title": "${who}", "body": "${message}", **texts},
        "web": {"title": "${who}", **texts},
    }
    game["messages"] = [{"shortCode": "FriendMessage", "template": "${message}", "json": templates}]
    return game


async def delivered(simulator: Simulator, count: int) -> None:
    await simulator.world.log.until(lambda: len(simulator.delivered()) == count, 15)


def test_names_are_of_every_kind() -> None:
    together = "".join(NAMES)
    for hostile in ('"', "\\", "\n", "${", "\x01", "\u2028"):
        assert hostile in together


async def test_hostile_names_arrive_verbatim_in_developers_json(
    new_driven: NewDriven, connect: Connect, tmp_path: Path
) -> None:
    server = new_driven()
    file = tmp_path / "game.json"
    file.write_text(json.dumps(document()))
    await server.command("import_game", str(file), "--publish")
    async with Simulator(tmp_path) as simulator:
        for provider in simulator.origins:
            path = str(tmp_path / f"{provider}.json")
            await server.command("push_account", GAME.api_key, "preview", provider, path)
        bob = await connect(on=server)
        await bob.device_log_in(unique("bob"), displayName="Bob")
        for device_os, token in DEVICES.items():
            await register_device(bob, device_os, token)
        subscription = simulator.subscription("b1", "https://updates.push.services.mozilla.com")
        await register_device(bob, "WEB", json.dumps(subscription))
        await bob.request("EndSessionRequest")
        for number, name in enumerate(NAMES, 1):
            sender = await connect(on=server)
            answer = await sender.device_log_in(unique("sender"), displayName=name)
            assert answer["displayName"] == name
            await server.befriend(bob.user_id, sender.user_id)
            await sender.request("SendFriendMessageRequest", friendIds=[bob.user_id], message="Hi")
            await delivered(simulator, 5 * number)
            await sender.close()
        got = {provider: simulator.delivered(provider) for provider in simulator.origins}
    for position, name in enumerate(NAMES):
        payloads = {provider: pushes[position]["payload"] for provider, pushes in got.items()}
        said = {"who": name, "said": f"{name}: “Hi”"}
        assert payloads["apns"]["aps"]["alert"] == {"title": name, "body": "Hi"}
        assert payloads["fcm"]["notification"] == {"title": name, "body": "Hi"}
        assert payloads["wns"]["texts"] == [name.translate(NO_XML), "Hi"]
        assert payloads["web"]["title"] == name
        for found in (
            payloads["apns"],
            payloads["fcm"]["data"],
            payloads["adm"],
            json.loads(payloads["wns"]["attributes"]["launch"]),
            payloads["web"],
        ):
            assert {key: found[key] for key in said} == said
