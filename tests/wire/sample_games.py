"""Three games with the message types of tests/samples: with the defaults, with the samples' settings, and
with those for a player in the segment of their variants. In each plays the samples' one player.
"""

import json
from pathlib import Path
from typing import Any

from tests.wire.driven import DrivenServer
from tests.wire_games import WireGame

SAMPLES = Path(__file__).parent.parent / "samples"
CASES = ("default", "custom", "variant")
DEVICE, SECRET = "lea's device", "sample-secret"
PLAYER_ID = "0123456789abcdef01234567"


def read(name: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return sample


def names() -> list[str]:
    return sorted(path.stem for path in SAMPLES.glob("*.json"))


def game_of(case: str, folder: Path) -> WireGame:
    """The case's game, its document written into the folder."""
    messages, extensions = [], []
    for sample in map(read, names()):
        settings = {} if case == "default" else sample["settings"]
        if "extCode" in sample:
            extensions.append({"shortCode": sample["extCode"], "name": sample["extCode"], **settings})
        else:
            messages.append({"shortCode": sample["class"], **settings})
    document = {
        "format": "flint.game/1",
        "name": f"Samples, {case}",
        "apiKey": f"Samples{case}",
        "credentials": [
            {"shortCode": "device", "name": "Device", "secret": SECRET, "player": True, "listener": True},
            {"shortCode": "server", "name": "Server", "secret": SECRET, "player": False, "listener": True,
             "restPolicy": "allowed"},
        ],
        "messages": messages,
        "messageExtensions": extensions,
        "segments": [
            {"shortCode": "COUNTRY", "name": "Country", "values": [{"shortCode": "FR", "name": "France"}]}
        ],
        "segmentQueries": [
            {"shortCode": "FRENCH", "name": "French", "query": {"all": [{"segment": "COUNTRY", "is": "FR"}]}}
        ],
    }  # fmt: skip
    file = folder / f"{case}.json"
    file.write_text(json.dumps(document))
    return WireGame.read(file)


async def import_games(server: DrivenServer, folder: Path) -> dict[str, WireGame]:
    """The games by case, each with its player, who has a device identity to log in by."""
    games = {}
    for case in CASES:
        games[case] = game = game_of(case, folder)
        await server.command("import_game", str(game.document))
        player = {
            "id": f"{PLAYER_ID[:-1]}{CASES.index(case)}",
            "deviceIds": [DEVICE],
            **read(names()[0])["player"],
        }
        if case != "variant":
            del player["segments"]
        file = folder / f"{case}.jsonl"
        file.write_text(json.dumps(player) + "\n")
        await server.command("import_players", game.api_key, "preview", str(file))
    return games
