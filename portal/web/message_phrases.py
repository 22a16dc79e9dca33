"""What sends each message class, in one phrase. A test holds them to the catalogue's classes."""

SENT_WHEN = {
    "AchievementEarnedMessage": "an achievement is awarded",
    "ChallengeAcceptedMessage": "a challenged player accepts",
    "ChallengeChangedMessage": "a score enters a challenge's leaderboard",
    "ChallengeChatMessage": "a player chats on a challenge",
    "ChallengeDeclinedMessage": "a challenged player declines",
    "ChallengeDrawnMessage": "a challenge ends in a draw",
    "ChallengeExpiredMessage": "a challenge expires before its start",
    "ChallengeIssuedMessage": "a player is challenged",
    "ChallengeJoinedMessage": "a player joins an open challenge",
    "ChallengeLapsedMessage": "never: ChallengeExpired has taken its place",
    "ChallengeLostMessage": "a challenge ends: to who lost",
    "ChallengeStartedMessage": "a challenge begins",
    "ChallengeTurnTakenMessage": "a player takes a turn",
    "ChallengeWaitingMessage": "enough players are in before the start",
    "ChallengeWithdrawnMessage": "the challenger withdraws",
    "ChallengeWonMessage": "a challenge ends: to the winner",
    "FriendMessage": "a player writes to a friend",
    "GlobalRankChangedMessage": "a player is knocked out of the Top N",
    "MatchFoundMessage": "matchmaking completes a match",
    "MatchNotFoundMessage": "matchmaking gives up",
    "MatchUpdatedMessage": "a pending match gains or loses a player",
    "NewHighScoreMessage": "a player beats their own best",
    "NewTeamScoreMessage": "a player beats the team's best",
    "ScriptMessage": "a script sends one without an extension",
    "SocialRankChangedMessage": "a friend passes a player",
    "TeamChatMessage": "a player chats in a team",
    "TeamRankChangedMessage": "a team is knocked out of the Top N",
    "UploadCompleteMessage": "a player's upload has arrived",
}
EXTENSION = "a script or a broadcast sends it"


def sent_when(key: str) -> str:
    return SENT_WHEN.get(key, EXTENSION)
