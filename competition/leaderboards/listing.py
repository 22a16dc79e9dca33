"""The list of leaderboards: those configured, and what was built of them (competition-rules.md §3.4.4)."""

from typing import Any

from competition import property_sets
from competition.leaderboards import builds
from competition.leaderboards.types import boards
from competition.models import BoardInstance


def listed(stage_id: int) -> list[dict[str, Any]]:
    """Each with its builds behind it, the newest first; no partitions, and no builds of partitions."""
    whole = {code: board for code, board in boards(stage_id).items() if not board.is_partitioned}
    rows = BoardInstance.objects.filter(stage_id=stage_id, scope="", board__in=whole, ready=True)
    found: dict[str, list[str]] = {}
    for code, date in rows.exclude(build="").order_by("-build").values_list("board", "build"):
        found.setdefault(code, []).append(builds.code_of(code, date))
    return [
        {
            "shortCode": shown,
            "name": board.name,
            "description": board.description,
            **property_sets.shown(stage_id, board.property_set),
        }
        for code, board in boards(stage_id).items()
        for shown in (code, *found.get(code, ()))
    ]
