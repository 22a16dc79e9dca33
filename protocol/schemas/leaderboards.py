"""Leaderboards."""

from protocol.schemas.fields import Json, Schema, Strings, Whole


class LeaderboardView(Schema):
    """Which entries of which board, seen by whom."""

    challenge_instance_id: str | None = None
    dont_error_on_not_social: bool | None = None
    entry_count: Whole = Whole(50)
    friend_ids: Strings | None = None
    include_first: Whole | None = None
    include_last: Whole | None = None
    inverse_social: bool | None = None
    leaderboard_short_code: str | None = None
    social: bool | None = None
    team_ids: Strings | None = None
    team_types: Strings | None = None


class BestEntries(Schema):
    """Entries of several boards at once."""

    challenges: Strings | None = None
    inverse_social: bool | None = None
    leaderboards: Strings | None = None
    player: str | None = None
    social: bool | None = None
    team_types: Strings | None = None


class AroundMeLeaderboardRequest(LeaderboardView):
    custom_id_filter: Json | None = None


class GetLeaderboardEntriesRequest(BestEntries):
    pass


class LeaderboardDataRequest(LeaderboardView):
    offset: Whole | None = None


class LeaderboardsEntriesRequest(BestEntries):
    pass


class ListLeaderboardsRequest(Schema):
    pass


class SocialLeaderboardDataRequest(LeaderboardView):
    offset: Whole | None = None
