"""Pages of a list, as clients ask for them."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

LONGEST_PAGE = 1000


def clamped(entry_count: int) -> int:
    """What is out of range is brought into it (§3.6.8)."""
    return min(max(entry_count, 1), LONGEST_PAGE)


def page(rows: "QuerySet[M]", entry_count: int, offset: int) -> "QuerySet[M]":
    """`offset` rows are skipped, none if it is less than 0."""
    start = max(offset, 0)
    return rows[start : start + clamped(entry_count)]


def numbered_page(rows: "QuerySet[M]", entry_count: int, number: int) -> "QuerySet[M]":
    """The same for requests whose `offset` is the number of a page, from 0 (§5.4)."""
    count = clamped(entry_count)
    return page(rows, count, max(number, 0) * count)
