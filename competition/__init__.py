"""What players compete in, by competition-rules.md: so far teams. Changes its own state and sends events.

Beside it what a game configures for its clients to read.
"""
