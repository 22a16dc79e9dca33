from typing import Any

import pytest

from push.badges import fill_badge
from push.sizes import limit_of, payload_size


@pytest.mark.parametrize(
    ("provider", "payload", "expected"),
    [
        ("apns", {"aps": {"alert": "a"}}, {"aps": {"alert": "a", "badge": 3}}),
        ("apns", {"aps": {"badge": 9}}, {"aps": {"badge": 9}}),
        ("apns", {"custom": 1}, {"custom": 1}),
        (
            "fcm",
            {"notification": {"title": "a"}},
            {"notification": {"title": "a"}, "android": {"notification": {"notification_count": 3}}},
        ),
        (
            "fcm",
            {"notification": {}, "android": {"notification": {"notification_count": 9}}},
            {"notification": {}, "android": {"notification": {"notification_count": 9}}},
        ),
        ("fcm", {"data": {"silent": "1"}}, {"data": {"silent": "1"}}),
        ("fcm", {"notification": {}, "android": "odd"}, {"notification": {}, "android": "odd"}),
        ("adm", {"data": {}}, {"data": {}}),
    ],
)
def test_badge_goes_where_the_provider_has_a_place(
    provider: str, payload: dict[str, Any], expected: dict[str, Any]
):
    fill_badge(provider, payload, 3)
    assert payload == expected


def test_badge_of_nothing_unread_clears_the_icon_on_ios():
    payload: dict[str, Any] = {"aps": {}}
    fill_badge("apns", payload, 0)
    assert payload == {"aps": {"badge": 0}}


@pytest.mark.parametrize(
    ("provider", "place"), [("apns", {"aps": {}}), ("fcm", {"notification": {}})], ids=["apns", "fcm"]
)
def test_badge_is_left_out_where_there_is_no_room(provider: str, place: dict[str, Any]):
    payload = {**place, "full": ""}
    payload["full"] = "x" * (limit_of(provider) - payload_size(provider, payload))
    as_it_was = {**payload}
    fill_badge(provider, payload, 3)
    assert payload == as_it_was
