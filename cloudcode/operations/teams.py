"""Teams of the stage: any script may read and change any of them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.db import transaction

from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from competition import chat, team_scripting
from competition.achievements import awarding
from competition.models import Team, TeamMember
from protocol.errors import RequestError
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

T = TypeVar("T")

MOST_LINES = 1000


class OfTeam(Arguments, frozen=True):
    team_id: str


class Owned(Arguments, frozen=True):
    owner_id: str
    team_type: str


class Change(Arguments, frozen=True):
    """`value`: a player's id, or the new name; None for `drop`."""

    team_id: str
    what: Literal["add_member", "remove_member", "set_owner", "rename", "drop"]
    value: str | None


class Achievement(Arguments, frozen=True):
    team_id: str
    code: str


class Lines(Arguments, frozen=True):
    team_id: str
    number: int
    offset: int


class Line(Arguments, frozen=True):
    team_id: str
    line_id: str


@operation("team.load", OfTeam)
async def load(host: "ScriptHost", asked: OfTeam) -> dict[str, Any] | None:
    def read() -> dict[str, Any] | None:
        team = _find(host, asked.team_id)
        return None if team is None else _facts([team])[0]

    return await database.run(read)


@operation("team.owned", Owned)
async def owned(host: "ScriptHost", asked: Owned) -> list[dict[str, Any]]:
    """The oldest first."""

    def read() -> list[dict[str, Any]]:
        rows = Team.objects.filter(stage_id=host.stage_id, owner=asked.owner_id, team_type=asked.team_type)
        return _facts(rows.order_by("pk"))

    return await database.run(read)


@operation("team.change", Change)
async def change(host: "ScriptHost", asked: Change) -> bool:
    """Whether it could be done; what cannot changes nothing."""
    act: Callable[..., bool] = getattr(team_scripting, asked.what)
    values = () if asked.what == "drop" else (asked.value or "",)
    return await _with_team(host, asked.team_id, lambda team: act(team, *values))


@operation("team.award", Achievement)
async def award(host: "ScriptHost", asked: Achievement) -> bool:
    """Whether the team, or any member, gained it; the members are told, in the run's order."""
    origin = {"script": host.script.name, "player": host.player_id}
    return await _with_team(
        host,
        asked.team_id,
        lambda team: awarding.award_team(team, asked.code, host.caller.run, origin),
    )


@operation("team.takeAway", Achievement)
async def take_away(host: "ScriptHost", asked: Achievement) -> bool:
    return await _with_team(host, asked.team_id, lambda team: awarding.take_away_from_team(team, asked.code))


@operation("team.lines", Lines)
async def lines(host: "ScriptHost", asked: Lines) -> list[dict[str, Any]]:
    """What was said, the latest first."""
    first = max(asked.offset, 0)
    last = first + min(max(asked.number, 0), MOST_LINES)
    return await _with_team(
        host, asked.team_id, lambda team: [chat.line_document(line) for line in chat.lines(team)[first:last]]
    )


@operation("team.line", Line)
async def line(host: "ScriptHost", asked: Line) -> dict[str, Any] | None:
    def read(team: Team) -> dict[str, Any] | None:
        found = chat.lines(team).filter(pk=asked.line_id).first()
        return None if found is None else chat.line_document(found)

    return await _with_team(host, asked.team_id, read)


@operation("team.deleteLine", Line)
async def delete_line(host: "ScriptHost", asked: Line) -> bool:
    return await _with_team(
        host, asked.team_id, lambda team: chat.lines(team).filter(pk=asked.line_id).delete()[0] > 0
    )


async def _with_team(host: "ScriptHost", team_id: str, act: Callable[[Team], T]) -> T:
    def run() -> T:
        with transaction.atomic():
            team = _find(host, team_id)
            if team is None:
                raise Refused("the team is gone")
            try:
                return act(team)
            except RequestError:  # dropped meanwhile
                raise Refused("the team is gone") from None

    return await database.run(run)


def _find(host: "ScriptHost", team_id: str) -> Team | None:
    return Team.objects.filter(stage_id=host.stage_id, team_id=team_id).first()


def _facts(teams: Iterable[Team]) -> list[dict[str, Any]]:
    """Two statements, however many they are."""
    found = {team.pk: team for team in teams}
    members: dict[int, list[str]] = {pk: [] for pk in found}
    rows = TeamMember.objects.filter(team__in=found).order_by("id")
    for pk, player_id in rows.values_list("team_id", "player_id"):
        members[pk].append(player_id)
    return [
        {
            "teamId": team.team_id,
            "teamName": team.name,
            "teamType": team.team_type,
            "ownerId": team.owner_id,
            "memberIds": members[pk],
        }
        for pk, team in found.items()
    ]
