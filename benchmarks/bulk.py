"""Millions of rows, made by PostgreSQL itself out of one row of each table that the product wrote."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from benchmarks.sizes import Sizes

DAY_MS = 24 * 3600 * 1000
STEP = 1_000_000  # rows a transaction
WAITING_SHARE = 100  # one in so many rows of the history waits
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position
"""


@dataclass
class Bulk:
    """Fills one database step by step. `player_ids` are those whom benchmarks.seeding made.

    The first `sizes.active` of them get `active_waiting` messages each, the next one the most; what else is
    stored is the history of `stored_players` others, of which every hundredth message waits.
    """

    connection: psycopg.Connection[tuple[object, ...]]
    sizes: Sizes
    player_ids: list[str]
    _began: int = 0
    _history: int = 0
    _most: int = 0

    def add_players(self, first: int, last: int) -> None:
        """Those of these numbers, like the first one there is but for their names."""
        values = {"id": _id("%(days_30)s"), "user_name": "NULL", "display_name": "'Player ' || n"}
        self._multiply("players_player", values, first, last)

    def begin(self) -> None:
        """The others, and the active ones' messages."""
        self.connection.execute("SET session_replication_role = replica")  # no look at foreign keys
        self.add_players(1, self.sizes.stored_players)
        for place, player_id in enumerate(self.player_ids[: self.sizes.active]):
            self._own_messages(player_id, place, 1, self.sizes.active_waiting)

    def fill(self, stored: int) -> None:
        """Until about so many messages are stored, as old ones before new ones."""
        first = stored == self.sizes.stored[0]
        most = self.sizes.active_waiting if first else min(self.sizes.most_waiting, stored // 2)
        self._own_messages(self.player_ids[self.sizes.active], self.sizes.active, self._most + 1, most)
        self._most = max(self._most, most)
        history = stored - self._most - self.sizes.active * self.sizes.active_waiting
        for start in range(self._history + 1, history + 1, STEP):
            self._add_history(start, min(start + STEP - 1, history))
        self._history = max(self._history, history)
        self.connection.commit()
        self.connection.autocommit = True
        self.connection.execute("VACUUM ANALYZE")
        self.connection.autocommit = False

    def _own_messages(self, player_id: str, place: int, start: int, end: int) -> None:
        """Waiting messages of one player, each a Message of its own."""
        message = _id("%(days_1)s", f"n + {place * 10**8}")
        self._multiply("messaging_message", {"id": message}, start, end)
        self._multiply(
            "messaging_playermessage",
            {
                "id": _id("%(days_1)s", f"n + {place * 10**8 + 10**10}"),
                "message_id": message,
                "player_id": f"'{player_id}'",
                "created_ms": "%(days_1)s + n",
                "due_ms": "t.expires_ms",
                "state": "'waiting'",
                "reason": "'waiting_offline'",
            },
            start,
            end,
        )

    def _add_history(self, start: int, end: int) -> None:
        """One Message to all the others after another."""
        others = self.sizes.stored_players
        message = _id("%(days_20)s", f"(n - 1) / {others}")
        self._multiply("messaging_message", {"id": message}, start, end, every=others)
        waits = f"n %% {WAITING_SHARE} = 0"
        self._multiply(
            "messaging_playermessage",
            {
                "id": _id("%(days_20)s"),
                "message_id": message,
                "player_id": _id("%(days_30)s", f"(n - 1) %% {others} + 1"),
                "created_ms": f"%(days_20)s + n / {WAITING_SHARE}",
                "due_ms": f"CASE WHEN {waits} THEN t.expires_ms END",
                "state": f"CASE WHEN {waits} THEN 'waiting' ELSE 'delivered' END",
                "reason": f"CASE WHEN {waits} THEN 'waiting_offline' ELSE 'confirmed_socket' END",
            },
            start,
            end,
        )
        self.connection.commit()

    def _multiply(self, table: str, values: Mapping[str, str], start: int, end: int, every: int = 1) -> None:
        """Insert a row for each `n`, as the table's first row is but for these columns. `every` of them only,
        where a new one begins."""
        columns = [str(name) for (name,) in self.connection.execute(_COLUMNS, [table])]
        kept = [name for name in columns if name != "id" or "id" in values]
        statement = sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {values} FROM"
            " (SELECT * FROM {table} ORDER BY id LIMIT 1) AS t,"
            " generate_series(%(start)s::bigint, %(end)s::bigint) AS n"
            f" WHERE (n - 1) %% {every} = 0"
        ).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, kept)),
            values=sql.SQL(", ").join(_value(name, values) for name in kept),
        )
        days = {f"days_{number}": self._now() - number * DAY_MS for number in (1, 20, 30)}
        self.connection.execute(statement, {**days, "start": start, "end": end})

    def _now(self) -> int:
        """The same for all of a database's rows, so that one's id can be told from its number."""
        self._began = self._began or int(time.time() * 1000)
        return self._began


def _value(name: str, values: Mapping[str, str]) -> sql.Composable:
    if name in values:
        return sql.SQL(values[name])
    return sql.SQL("t.{}").format(sql.Identifier(name))


def _id(milliseconds: str, number: str = "n") -> str:
    """24 hexadecimal digits in order of time, as protocol.ids makes them."""
    return f"lpad(to_hex(({milliseconds})::bigint), 12, '0') || lpad(to_hex(({number})::bigint), 12, '0')"
