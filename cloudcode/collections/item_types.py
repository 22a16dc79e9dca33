"""Types of the game data service: the indexes that the configuration declares for them."""

from cloudcode.collections import indexes, storing
from games.config import GameConfig

SECTION = "dataTypes"
_known: dict[tuple[int, str], int] = {}  # by stage and name: the configuration's version that was looked at


def index(config: GameConfig, name: str) -> None:
    """See that they are there, once for each configuration; the job builds them. In a database thread."""
    if _known.get((config.stage_id, name)) == config.version:
        return
    if storing.opened(config.stage_id, name) is None:
        return  # nothing was put in yet: it is looked at again
    code = name.partition(".")[2]
    for each in config.sections.get(SECTION, ()):
        if each["shortCode"] == code:
            for declared in each["indexes"]:
                indexes.ensure(config.stage_id, name, {f"data.{declared['field']}": 1}, None)
    _known[config.stage_id, name] = config.version
