"""What becomes of messages when things break: `python -m benchmarks.faults [--only NAME] [--short]`.

One file a fault; each does harm to the real server, run as a process of its own, and counts what was lost.
"""
