"""Pages of a list, as clients ask for them."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

LONGEST_PAGE = 1000


def page(rows: "QuerySet[M]", entry_count: int, offset: int) -> "QuerySet[M]":
    """`offset` rows are skipped. What is out of range is brought into it (§3.6.8): 1 to 1000, and from 0."""
    start = max(offset, 0)
    return rows[start : start + min(max(entry_count, 1), LONGEST_PAGE)]
