"""A message's settings in words."""

from typing import Any

import pytest

from messaging.settings_shape import DEFAULTS
from messaging.settings_words import is_inbox_only, outcome


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Online: socket only. Offline with a device: push, and in the inbox for 60 h."),
        (
            {"suppressPushOnSocketSend": False},
            "Online: socket and push. Offline with a device: push, and in the inbox for 60 h.",
        ),
        ({"sendAsPush": False}, "Online: socket only. Offline: in the inbox for 60 h."),
        ({"sendAsPush": False, "expireAfterHours": 0}, "Online: socket only. Offline: nothing."),
        (
            {"expireAfterHours": 0},
            "Online: socket only. Offline with a device: push, and not in the inbox.",
        ),
        (
            {"sendViaSocket": False, "deviceTypes": ["ios", "fcm", "w8"], "expireAfterHours": 8760},
            "Online: push to iOS, FCM and Windows alone, no socket. Offline with a device: "
            "push to iOS, FCM and Windows alone, and in the inbox for 8,760 h.",
        ),
        (
            {"deviceTypes": ["viber"]},
            "Online: socket only. Offline with a device: push to no device that can get one, "
            "and in the inbox for 60 h.",
        ),
        (
            {"sendViaSocket": False, "sendAsPush": False},
            "Inbox only: neither sent nor pushed, and listed there for 60 h.",
        ),
    ],
)
def test_outcome_says_where_a_message_goes(changes: dict[str, Any], words: str) -> None:
    assert outcome({**DEFAULTS, **changes}) == words


def test_only_neither_socket_nor_push_is_inbox_only() -> None:
    assert is_inbox_only({**DEFAULTS, "sendViaSocket": False, "sendAsPush": False})
    assert not is_inbox_only({**DEFAULTS, "sendViaSocket": False})
    assert not is_inbox_only({**DEFAULTS, "sendAsPush": False})
