"""Which columns of the wide tables a user sees: all but those that they hid, kept with the account.

A table's first column says what a row is about and cannot be hidden. Columns that are new are shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from games.models import User

TABLES: Mapping[str, Mapping[str, str]] = {
    "players": {
        "now": "Now",
        "seen": "Last seen",
        "devices": "Devices",
        "unread": "Unread",
        "country": "Country",
        "created": "Created",
    },
    "messages": {
        "socket": "Socket",
        "push": "Push",
        "always": "Always push",
        "expires": "Expires",
        "variants": "Variants",
        "text": "Text",
        "edited": "Edited",
    },
    "push-log": {
        "player": "Player",
        "device": "Device",
        "answer": "Answer",
        "attempt": "Attempt",
        "took": "Took",
    },
}


@dataclass(frozen=True, slots=True)
class Columns:
    """`hidden` are codes of TABLES[table]."""

    table: str
    hidden: frozenset[str]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(code, label, whether it is shown)."""
        return [(code, label, code not in self.hidden) for code, label in TABLES[self.table].items()]


def columns_of(user: User, table: str) -> Columns:
    return Columns(table, frozenset(user.hidden_columns.get(table, ())) & TABLES[table].keys())


def show_columns(user: User, table: str, shown: Collection[str]) -> None:
    """Those alone, beside the first. Raises KeyError for a table that there is not."""
    hidden = [code for code in TABLES[table] if code not in shown]
    user.hidden_columns = {**user.hidden_columns, table: hidden}
    user.save(update_fields=["hidden_columns"])
