"""What players do, event by event (competition-rules.md §1, §2), and what is counted of it.

`types` and `total_types` are the configuration, compiled; `values` reads what a request brought, with
defaults by `expressions`; `posting` is the one way in: it has `totals` count, leaderboards and achievements
look at what changed, and `post_records` keep what came of it.
"""
