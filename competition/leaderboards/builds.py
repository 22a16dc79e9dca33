"""What is built of leaderboards that are not kept in real time: named, and found (§3.5.1)."""

from collections.abc import Collection

from competition.models import BoardSchedule


def code_of(code: str, date: str) -> str:
    """The build of that date, `HS.SCHEDULED.2026-12-01`, of a leaderboard or of one partition."""
    return f"{code}.SCHEDULED.{date}"


def latest(stage_id: int, board_codes: Collection[str]) -> dict[str, str]:
    """The date of the latest complete build of each board that has one."""
    if not board_codes:
        return {}
    rows = BoardSchedule.objects.filter(
        stage=stage_id, board__in=board_codes, task=BoardSchedule.Task.BUILD
    ).exclude(built="")
    return dict(rows.values_list("board", "built"))
