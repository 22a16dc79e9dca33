"""The game document's sections about competition, and about what clients read of the configuration."""

from typing import Any

from competition.challenges import checks as challenge_checks
from competition.challenges.types import ChallengeType
from competition.challenges.types import read_type as read_challenge_type
from competition.events import checks, total_types
from competition.events.total_types import TotalTypes
from competition.events.types import EventType, read_types
from competition.leaderboards import checks as board_checks
from competition.leaderboards.compiling import read_board
from competition.leaderboards.types import BoardType
from competition.matches.types import MatchType
from competition.matches.types import read_type as read_match_type
from competition.team_types import TeamType, read_type
from games import kept_shapes, references
from games.kept_sections import KeptSection
from games.sections import CompileContext, Faults, register


class EventsSection(KeptSection):
    """Compiles to `{short code: EventType}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, EventType]:
        return read_types(kept_shapes.events(data, Faults()))


class RunningTotalsSection(KeptSection):
    """Compiles to TotalTypes."""

    needs = ("events",)

    def compile(self, data: Any, context: CompileContext) -> TotalTypes:
        items = kept_shapes.running_totals(data, Faults())
        return total_types.read_types(items, context.sections["events"])


class TeamsSection(KeptSection):
    """Compiles to `{short code: TeamType}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, TeamType]:
        return {item["shortCode"]: read_type(item) for item in kept_shapes.teams(data, Faults())}


class ChallengesSection(KeptSection):
    """Compiles to `{short code: ChallengeType}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, ChallengeType]:
        items = kept_shapes.challenges(data, Faults())
        return {item["shortCode"]: read_challenge_type(item) for item in items}


class MatchesSection(KeptSection):
    """Compiles to `{short code: MatchType}`, without those that have no thresholds (§8.1)."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, MatchType]:
        return {
            item["shortCode"]: read_match_type(item)
            for item in kept_shapes.matches(data, Faults())
            if item["thresholds"]
        }


class PropertiesSection(KeptSection):
    """Compiles to `{short code: JSON}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, Any]:
        return {item["shortCode"]: item["json"] for item in kept_shapes.properties(data, Faults())}


class PropertySetsSection(KeptSection):
    """Compiles to `{short code: {property's short code: JSON}}`."""

    needs = ("properties",)

    def compile(self, data: Any, context: CompileContext) -> dict[str, dict[str, Any]]:
        known = context.sections["properties"]
        return {
            item["shortCode"]: {code: known[code] for code in item["properties"] if code in known}
            for item in kept_shapes.property_sets(data, Faults())
        }


class LeaderboardsSection(KeptSection):
    """Compiles to `{short code: BoardType}`."""

    needs = ("runningTotals",)

    def compile(self, data: Any, context: CompileContext) -> dict[str, BoardType]:
        totals: TotalTypes = context.sections["runningTotals"]
        items = kept_shapes.leaderboards(data, Faults())
        return {item["shortCode"]: read_board(item, totals.by_code) for item in items}


register(EventsSection("events", kept_shapes.events, checks.events))
register(RunningTotalsSection("runningTotals", kept_shapes.running_totals, checks.running_totals))
register(TeamsSection("teams", kept_shapes.teams))
register(ChallengesSection("challenges", kept_shapes.challenges, challenge_checks.challenges))
register(MatchesSection("matches", kept_shapes.matches, references.matches))
register(PropertiesSection("properties", kept_shapes.properties))
register(PropertySetsSection("propertySets", kept_shapes.property_sets, references.property_sets))
register(LeaderboardsSection("leaderboards", kept_shapes.leaderboards, board_checks.leaderboards))
