"""Matchmaking (competition-rules.md §8): who waits, who fits whom, and the matches that come of it.

The rules are pure: a pass (`passes`) moves parties of frozen dataclasses on in time and says what happened.
Rows are read before it (`loading`), written after it (`storing`) and players told (`announcing`), in one
transaction under the lock of their pool.
"""
