"""Which totals are counted by periods as well, for leaderboards that are emptied (§3.5.2)."""

from competition.leaderboards.types import boards_fed_by


def resets(stage_id: int, total: str) -> list[str]:
    """How often the leaderboards on the total are emptied: `never`, which is always counted, then others."""
    of_boards = {board.reset for board in boards_fed_by(stage_id, total)}
    return ["never", *sorted(of_boards - {"never"})]
