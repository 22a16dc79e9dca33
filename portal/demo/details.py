"""var/demo.json: what a tool needs to know to try the demo game. For its owner's eyes only."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from games.models import Credential, Game
from players.models import Player


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is reached from this machine; `lan` from another one, "" where it is not."""

    host: str
    port: int
    lan: str = ""

    @property
    def http(self) -> str:
        return f"http://{self.host}:{self.port}"

    def sockets(self, api_key: str, host: str = "") -> str:
        return f"ws://{host or self.host}:{self.port}/preview/ws/device/{api_key}"


def file() -> Path:
    return Path(settings.VAR_DIR) / "demo.json"


def known_password() -> str:
    """The administrator's, as the last run wrote it down; "" if it did not."""
    try:
        return str(json.loads(file().read_text())["admin"].get("password", ""))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ""


def collect(
    game: Game, players: list[dict[str, Any]], address: Address, user_name: str, password: str
) -> dict[str, Any]:
    """The file's content. An administrator's `password` that is not known is left out."""
    secrets = dict(Credential.objects.filter(game=game).values_list("short_code", "secret"))
    ids = dict(Player.objects.filter(stage=game.stage("preview")).values_list("user_name", "pk"))
    admin = {"url": f"{address.http}/ops/", "userName": user_name}
    return {
        "apiKey": game.api_key,
        "secret": secrets["device"],
        "serverSecret": secrets["server"],
        "wsUrl": address.sockets(game.api_key),
        "players": [
            {"userName": each["userName"], "password": each["password"], "userId": ids[each["userName"]]}
            for each in players
        ],
        "admin": {**admin, "password": password} if password else admin,
    }


def write(content: dict[str, Any]) -> None:
    """Whole or not at all, readable by its owner alone from the first byte on."""
    target = file()
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump(content, handle, indent=1)
        handle.write("\n")
    draft.replace(target)
