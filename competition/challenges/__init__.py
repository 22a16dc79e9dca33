"""Challenges by competition-rules.md §5: who may take part, when they run, whose turn it is, who won.

`states` decides, `advancing` does what it decided; `holding` is the lock under which everything else works.
"""
