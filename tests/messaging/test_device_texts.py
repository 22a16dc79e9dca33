"""What devices show of payloads, by what providers document."""

from typing import Any

import pytest

from messaging.device_texts import DATA_ALONE, SILENT, DeviceTexts, texts_shown


@pytest.mark.parametrize(
    ("provider", "payload", "shown"),
    [
        ("apns", {"aps": {"alert": "Hi"}}, DeviceTexts(body="Hi")),
        (
            "apns",
            {"aps": {"alert": {"title": "T", "subtitle": "S", "body": "B"}}},
            DeviceTexts("T", "S", "B"),
        ),
        ("apns", {"aps": {"content-available": 1}}, DeviceTexts(note=SILENT)),
        ("apns", {"aps": {"alert": {"body": 7}}}, DeviceTexts(note=SILENT)),
        (
            "apns",
            {"aps": {"alert": {"title": "T", "loc-key": "GIFT"}}},
            DeviceTexts("T", note="The app's own texts: it looks up GIFT."),
        ),
        ("fcm", {"notification": {"title": "T", "body": "B"}}, DeviceTexts("T", body="B")),
        (
            "fcm",
            {"notification": {"title": "T", "body": "B"}, "android": {"notification": {"body": "A"}}},
            DeviceTexts("T", body="A"),
        ),
        ("fcm", {"data": {"x": "1"}}, DeviceTexts(note=DATA_ALONE)),
        (
            "adm",
            {"data": {"title": "T", "subTitle": "S", "message": "B"}},
            DeviceTexts("T", "S", "B", DATA_ALONE),
        ),
        ("wns", {"title": "T", "body": "B", "x": 1}, DeviceTexts("T", body="B")),
        ("wns", {"x": 1}, DeviceTexts(note=DATA_ALONE)),
        ("web", {"body": "B"}, DeviceTexts(body="B")),
        ("web", {"x": 1}, DeviceTexts(note=DATA_ALONE)),
    ],
)
def test_device_shows(provider: str, payload: dict[str, Any], shown: DeviceTexts) -> None:
    assert texts_shown(provider, payload) == shown
