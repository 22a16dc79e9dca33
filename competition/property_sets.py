"""Sets of properties that leaderboards, achievements and goods bring along to clients (types.json)."""

from collections.abc import Mapping
from typing import Any

from games.config_store import configs


def shown(stage_id: int, code: str | None) -> dict[str, Any]:
    """The field `propertySet`, each property under its short code; nothing where there is no set."""
    if code is None:
        return {}
    sets: Mapping[str, Any] = configs.current(stage_id).sections["propertySets"]
    return {"propertySet": sets[code]} if code in sets else {}
