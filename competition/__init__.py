"""What players compete in, by competition-rules.md: events, leaderboards, achievements and goods, challenges,
matches, teams, uploads. Changes its own state and sends events.

Beside it what a game configures for its clients to read.
"""
