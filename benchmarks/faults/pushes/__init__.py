"""Pushes under faults, to the push services of push/sim: what these got is held against what was decided."""
