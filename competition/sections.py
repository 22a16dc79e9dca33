"""The game document's sections about competition."""

from typing import Any

from competition.team_types import TeamType, read_type
from games.kept_sections import KeptSection
from games.kept_shapes import teams
from games.sections import CompileContext, Faults, register


class TeamsSection(KeptSection):
    """Compiles to `{short code: TeamType}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, TeamType]:
        return {item["shortCode"]: read_type(item) for item in teams(data, Faults())}


register(TeamsSection("teams", teams))
