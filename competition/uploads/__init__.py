"""Files from players and for them (competition-rules.md §9)."""
