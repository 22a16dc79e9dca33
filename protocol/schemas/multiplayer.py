"""Challenges and matches."""

from typing import Literal

from protocol.schemas.fields import Date, Json, Number, Schema, Strings, Whole


class OneChallenge(Schema):
    """One challenge, with a word to its players."""

    challenge_instance_id: str
    message: str | None = None


class AcceptChallengeRequest(OneChallenge):
    pass


class ChatOnChallengeRequest(OneChallenge):
    pass


class CreateChallengeRequest(Schema):
    challenge_short_code: str
    access_type: Literal["PUBLIC", "PRIVATE", "FRIENDS"] | None = None
    auto_start_joined_challenge_on_max_players: bool | None = None
    challenge_message: str | None = None
    currency1_wager: Whole | None = None
    currency2_wager: Whole | None = None
    currency3_wager: Whole | None = None
    currency4_wager: Whole | None = None
    currency5_wager: Whole | None = None
    currency6_wager: Whole | None = None
    eligibility_criteria: Json | None = None
    end_time: Date | None = None
    expiry_time: Date | None = None
    max_attempts: Whole | None = None
    max_players: Whole | None = None
    min_players: Whole | None = None
    silent: bool | None = None
    start_time: Date | None = None
    users_to_challenge: Strings | None = None


class DeclineChallengeRequest(OneChallenge):
    pass


class FindChallengeRequest(Schema):
    access_type: Literal["PUBLIC", "FRIENDS"] = "FRIENDS"
    count: Whole | None = None
    eligibility: Json | None = None
    offset: Whole | None = None
    short_code: Strings | None = None


class FindMatchRequest(Schema):
    match_short_code: str
    action: str | None = None
    match_group: str | None = None
    skill: Number | None = None


class FindPendingMatchesRequest(Schema):
    match_short_code: str
    match_group: str | None = None
    max_matches_to_find: Whole = Whole(10)


class GetChallengeRequest(OneChallenge):
    pass


class JoinChallengeRequest(OneChallenge):
    eligibility: Json | None = None


class JoinPendingMatchRequest(Schema):
    match_short_code: str
    pending_match_id: str
    match_group: str | None = None


class ListChallengeRequest(Schema):
    entry_count: Whole = Whole(50)
    offset: Whole = Whole(0)
    short_code: str | None = None
    state: str | None = None
    states: Strings | None = None


class ListChallengeTypeRequest(Schema):
    pass


class LogChallengeEventRequest(Schema):
    challenge_instance_id: str
    event_key: str


class MatchDetailsRequest(Schema):
    match_id: str
    realtime_enabled: bool | None = None


class MatchmakingRequest(Schema):
    match_short_code: str
    action: str | None = None
    custom_query: Json | None = None
    match_data: Json | None = None
    match_group: str | None = None
    participant_data: Json | None = None
    skill: Number | None = None


class WithdrawChallengeRequest(OneChallenge):
    pass
