import pytest

from protocol.catalogue import CATALOGUE
from protocol.registry import request
from protocol.schemas.flint import BroadcastRequest, SendMessageRequest
from protocol.schemas.player import LogEventRequest
from protocol.support import support_rows, support_table

pytestmark = pytest.mark.usefixtures("registry")


def test_support_has_a_row_for_every_request() -> None:
    assert sorted(name for _, name, _ in support_rows()) == sorted(CATALOGUE)


def test_support_says_what_is_built_and_for_whom() -> None:
    request("LogEventRequest", LogEventRequest)(lambda request: None)
    request("SendMessageRequest", SendMessageRequest, player=False)(lambda request: None)
    request("BroadcastRequest", BroadcastRequest, player=False)(lambda request: None)
    assert [row for row in support_rows() if row[2] != "NOT_SUPPORTED"] == [
        ("Player", "LogEventRequest", "supported"),
        ("Flint", "BroadcastRequest", "supported, admin credential"),
        ("Flint", "SendMessageRequest", "supported, server credential"),
    ]


def test_support_lists_flints_own_requests_last() -> None:
    groups = list(dict.fromkeys(group for group, _, _ in support_rows()))
    assert groups == [
        "Admin",
        "Analytics",
        "Authentication",
        "Leaderboards",
        "Misc",
        "Multiplayer",
        "Player",
        "Store",
        "Teams",
        "Flint",
    ]


def test_support_table_is_markdown() -> None:
    lines = support_table().splitlines()
    assert lines[:3] == [
        "| Group | Request | Support |",
        "|---|---|---|",
        "| Admin | BatchAdminRequest | NOT_SUPPORTED |",
    ]
    assert len(lines) == 2 + len(CATALOGUE)
