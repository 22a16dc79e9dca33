"""docs/push.md shows payloads as they are made, and client code that reads them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from messaging.payloads import standard_payload
from push.badges import fill_badge
from push.opened_http import PATH
from push.receipt_tokens import FIELD, fill_receipt
from push.toasts import notification_of

PAGE = (Path(__file__).parents[2] / "docs" / "push.md").read_text()
DOCUMENT = {
    "@class": ".ScriptMessage",
    "messageId": "62f0c1d2e3f4a5b6c7d8e9f0",
    "extCode": "TURN",
    "title": "Your turn",
    "subTitle": "Duel",
    "summary": "Bo rolled a six",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def payload(provider: str) -> dict[str, Any]:
    made = standard_payload(provider, DOCUMENT).value
    fill_badge(provider, made, 3)
    fill_receipt(provider, made, "…")
    return made


def test_payloads_of_the_page_are_those_that_are_sent():
    assert [json.loads(block) for block in blocks("json")] == [
        payload("apns"),
        payload("fcm"),
        payload("adm"),
        payload("wns"),
    ]
    assert payload("web") == payload("wns")
    assert notification_of(payload("wns")).kind == "wns/toast"


@pytest.mark.parametrize("language", ["swift", "kotlin", "csharp", "js"])
def test_client_reads_what_the_payload_has_and_tells_that_it_was_opened(language: str):
    code = "\n".join(blocks(language))
    for name in ("messageId", "extCode", FIELD, PATH, "token", "TURN"):
        assert name in code
