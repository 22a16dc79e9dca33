"""Which requests are built, as the README's table."""

from collections.abc import Iterator

from protocol.catalogue import CATALOGUE
from protocol.registry import Handler, find, load_requests


def support_rows() -> list[tuple[str, str, str]]:
    """(group, request, what it needs or `NOT_SUPPORTED`), by group and name, the old protocol's first."""
    load_requests()
    rows = [(spec.group, name, _state(find(name))) for name, spec in CATALOGUE.items()]
    return sorted(rows, key=lambda row: (row[0] == "Flint", row))


def support_table() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| Group | Request | Support |"
    yield "|---|---|---|"
    for group, name, state in support_rows():
        yield f"| {group} | {name} | {state} |"


def _state(handler: Handler | None) -> str:
    if handler is None or not handler.supported:
        return "NOT_SUPPORTED"
    if handler.admin_only:
        return "supported, admin credential"
    if handler.server_only:
        return "supported, server credential"
    return "supported"
