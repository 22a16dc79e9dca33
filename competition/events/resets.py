"""Which totals are counted by periods as well, for leaderboards that are emptied (§3.5.2)."""

from typing import Any

from games.config_store import configs


def resets(stage_id: int, total: str) -> list[str]:
    """How often the leaderboards on the total are emptied: `never`, which is always counted, then others."""
    boards: Any = configs.current(stage_id).sections["leaderboards"]
    of_total = {board.reset for board in boards.values() if total in board.totals} if boards else set()
    return ["never", *sorted(of_total - {"never"})]
