"""What is built of leaderboards that are not kept in real time: named, and found (§3.5.1)."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q

from competition.leaderboards import places
from competition.leaderboards.types import BoardType
from competition.models import BoardEntry, BoardInstance, BoardSchedule
from competition.owners import Owner

if TYPE_CHECKING:
    from django.db.models import QuerySet

    Instances = QuerySet[BoardInstance]


def code_of(code: str, date: str) -> str:
    """The build of that date, `HS.SCHEDULED.2026-12-01`, of a leaderboard or of one partition."""
    return f"{code}.SCHEDULED.{date}"


def of_board(stage_id: int, board_code: str) -> "Instances":
    """Complete ones and one at work, those of partitions too."""
    return BoardInstance.objects.filter(stage=stage_id, scope="", board=board_code).exclude(build="")


def latest(stage_id: int, board_codes: Collection[str]) -> dict[str, str]:
    """The date of the latest complete build of each board that has one."""
    if not board_codes:
        return {}
    rows = BoardSchedule.objects.filter(
        stage=stage_id, board__in=board_codes, task=BoardSchedule.Task.BUILD
    ).exclude(built="")
    return dict(rows.values_list("board", "built"))


def since_when(
    stage_id: int, board: BoardType, date: str, owners: Collection[Owner]
) -> dict[tuple[str, Owner, str, str], int]:
    """Since when the owners stood on the build of that date: by code, owner, custom id and sorted fields. Who
    still has the same keeps the place before those who came to it later (§3.2.1)."""
    if not date or not owners:
        return {}
    players = [each.player_id for each in owners if each.player_id is not None]
    teams = [each.team_pk for each in owners if each.team_pk is not None]
    whose = Q(player__in=players) if players else Q(team__in=teams)
    lists = {row.pk: row.code for row in of_board(stage_id, board.code).filter(build=date, ready=True)}
    suffix = code_of("", date)
    return {
        (
            lists[entry.instance_id].removesuffix(suffix),
            Owner(entry.player_id, entry.team_id),
            entry.custom_id,
            places.key_of(entry.place),
        ): entry.when_ms
        for entry in BoardEntry.objects.filter(whose, instance__in=lists)
    }
