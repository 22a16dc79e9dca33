"""What catching up asks the store for, and what it gets."""

from dataclasses import dataclass

PAGE = 64
PAGE_BYTES = 128 * 1024  # the database has one thread on SQLite: nobody's page may keep the others waiting


@dataclass(slots=True, eq=False)
class Page:
    """One connection's question: the player's oldest waiting messages, without those written here already,
    and those left by live deliveries, whatever their state."""

    player_id: str
    without: list[str]
    named: list[str]


@dataclass(slots=True)
class Read:
    """Its messages, `(id, document)`, oldest first, and the named ones that a later page is to bring."""

    messages: list[tuple[str, bytes]]
    rest: list[str]
