"""What the game is configured with: the sections of its document that scripts read."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from cloudcode.operations.registry import Arguments, operation
from competition.uploads import downloadables, links
from games import kept_shapes
from games.models import Stage
from games.sections import Faults, all_sections
from games.shapes import Check
from players.sections import SEGMENTS
from protocol.errors import RequestError
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

Name = Literal["achievements", "challenges", "downloadables", "matches", "segments", "teams", "virtualGoods"]

_SHAPES: Mapping[str, Check] = {
    "achievements": kept_shapes.achievements,
    "challenges": kept_shapes.challenges,
    "downloadables": kept_shapes.downloadables,
    "matches": kept_shapes.matches,
    "segments": SEGMENTS,
    "teams": kept_shapes.teams,
    "virtualGoods": kept_shapes.virtual_goods,
}


class Section(Arguments, frozen=True):
    name: Name


class Named(Arguments, frozen=True):
    code: str


@operation("config.section", Section)
async def section(host: "ScriptHost", asked: Section) -> Any:
    """Its items as the game document writes them, complete."""
    return await database.run(_items, host.stage_id, host.caller.config.version, asked.name)


@lru_cache(maxsize=256)
def _items(stage_id: int, version: int, name: str) -> Any:
    """`version` is the stage's: another one has other items."""
    stage = Stage.objects.select_related("game", "snapshot").get(pk=stage_id)
    found = next(each for each in all_sections() if each.name == name)
    if stage.name == "preview":
        return found.export(stage.game)
    document = json.loads(stage.snapshot.document) if stage.snapshot else {}
    return _SHAPES[name](document.get(name, []), Faults())


@operation("config.downloadable", Named)
async def downloadable(host: "ScriptHost", asked: Named) -> dict[str, Any] | None:
    """Where its bytes are, as for a client; None where they were never given."""
    base = host.caller.session.base_url if host.caller.session else ""
    config = host.caller.config

    def read() -> dict[str, Any] | None:
        try:
            offered, found = downloadables.find(config.game_id, config.stage_id, asked.code)
        except RequestError:
            return None
        url = links.download_url(base, found.file, offered.name)
        return {"lastModified": found.created_ms, "size": found.file.size, "url": url}

    return await database.run(read)
