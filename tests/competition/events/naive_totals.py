"""Running totals as a naive bookkeeper would make them: all posts are kept, and read through when asked.

Shares no code with the server.
"""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Post:
    player: str
    teams: list[str]
    values: dict[str, Any]
    scope: str = ""


@dataclass
class Bookkeeper:
    """`totals` as in the game document; each record is (total, owner, scope, group, values)."""

    totals: list[dict[str, Any]]
    posts: list[Post] = field(default_factory=list)

    def records(self) -> list[tuple[str, str, str, str, str]]:
        found = [
            record
            for total in self.totals
            for owner in sorted({each for post in self.posts for each in self._owners(total, post)})
            for scope in ("", "c1")
            for record in self._of_owner(total, owner, scope)
        ]
        return sorted(found)

    def _owners(self, total: dict[str, Any], post: Post) -> list[str]:
        return post.teams if total["teamType"] else [post.player]

    def _of_owner(
        self, total: dict[str, Any], owner: str, scope: str
    ) -> list[tuple[str, str, str, str, str]]:
        posts = [post for post in self.posts if owner in self._owners(total, post) and post.scope == scope]
        groups = {self._group(total, post) for post in posts}
        records = []
        for group in groups:
            values = self._values(total, [post for post in posts if self._group(total, post) == group])
            if values:
                records.append((total["shortCode"], owner, scope, group, json.dumps(values, sort_keys=True)))
        return records

    def _group(self, total: dict[str, Any], post: Post) -> str:
        return json.dumps({code: post.values[code] for code in total["groupBy"]}, sort_keys=True)

    def _values(self, total: dict[str, Any], posts: list[Post]) -> dict[str, Any]:
        values = {}
        for collector in total["collectors"]:
            code, calculation = collector["attribute"], collector["calculation"]
            seen = [post.values[code] for post in posts if passes(collector["filter"], post.values[code])]
            if seen:
                folded = {"sum": sum, "max": max, "min": min, "count": len, "last": lambda all: all[-1]}
                values[f"{calculation.upper()}-{code}"] = float(folded[calculation](seen))
        return values


def passes(filter_: dict[str, Any] | None, value: int) -> bool:
    if filter_ is None:
        return True
    op, wanted = filter_["op"], filter_["value"]
    return {
        "gt": value > wanted,
        "lte": value <= wanted,
        "ne": value != wanted,
        "mod": wanted != 0 and value % wanted == 0,
    }[op]
