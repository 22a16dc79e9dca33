"""Leaderboards (competition-rules.md §3): fed by posts, ranked exactly, told of by messages.

`types` compiles the configuration; `feeding` turns a post's changed totals into changed entries, which
`entries` writes; `counts` and `folding` know ranks without reading through a board; `announcing` tells
players; `reading` and `documents` are for whoever shows a board.
"""
