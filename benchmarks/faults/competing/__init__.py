"""Challenges, matches and leaderboards under kill -9: what each decides happens once and is told once.

A scene brings something about, a round for each kill, and the process that does it dies at the place that was
asked for. Afterwards the rows and the frames of all rounds are held against what one round makes.
"""
