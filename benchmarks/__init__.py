"""Measurements: each figure beside its peer, in the same run, on the same cores. `make bench` runs them."""
