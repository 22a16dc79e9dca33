import time
import uuid
from typing import Any

import jwt
import pytest

from push.sim.accounts import KEY_ID, TEAM_ID, TOPIC
from push.sim.rules.apns import judge
from push.sim.rules.apns_tokens import Freshness, ProviderTokens
from push.sim.wire import Asked, Refusal
from tests.push.keys import p8_key

NOW = time.time()
TOKEN = "a1" * 32
TOKENS = ProviderTokens(p8_key().public_key())


def signed(key: str = "team", key_id: str = KEY_ID, age: float = 60, **changes: Any) -> str:
    claims = {"iss": TEAM_ID, "iat": int(NOW - age)} | changes
    return jwt.encode(claims, p8_key(key), algorithm="ES256", headers={"kid": key_id})


def asked(
    path: str = f"/3/device/{TOKEN}", method: str = "POST", body: bytes = b'{"aps":{}}', **headers: str
) -> Asked:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    good = {"authorization": f"bearer {signed()}", "apns-topic": TOPIC}
    return Asked(method, path, {name: value for name, value in (good | named).items() if value}, body)


def refused(
    request: Asked, freshness: Freshness | None = None, revoked: set[str] | None = None
) -> tuple[int, str, str]:
    with pytest.raises(Refusal) as raised:
        judge(request, TOKENS, freshness or Freshness(), NOW, revoked or set())
    return raised.value.status, raised.value.code, raised.value.rule


def test_sound_push_is_taken():
    push = judge(
        asked(
            apns_id=str(uuid.uuid4()),
            apns_collapse_id="m1",
            apns_priority="5",
            apns_push_type="background",
            apns_expiration=str(int(NOW) + 60),
        ),
        TOKENS,
        Freshness(),
        NOW,
        set(),
    )
    assert (push.token, push.payload, push.collapse_key) == (TOKEN, {"aps": {}}, "m1")
    assert push.ttl in (59, 60)


@pytest.mark.parametrize(
    ("request_", "status", "code", "rule"),
    [
        (asked(method="GET"), 405, "MethodNotAllowed", "APNs"),
        (asked("/3/devices/x"), 404, "BadPath", "APNs"),
        (asked("/3/device/"), 400, "MissingDeviceToken", "APNs 14"),
        (asked("/3/device/xyz"), 400, "BadDeviceToken", "APNs 14"),
        (asked("/3/device/" + "0" * 64), 400, "BadDeviceToken", "APNs 14"),
        (asked(authorization=""), 403, "MissingProviderToken", "APNs 2"),
        (asked(authorization="basic x"), 403, "InvalidProviderToken", "APNs 2"),
        (asked(authorization=f"bearer {signed('other')}"), 403, "InvalidProviderToken", "APNs 2"),
        (asked(authorization=f"bearer {signed(key_id='OTHER12345')}"), 403, "InvalidProviderToken", "APNs 2"),
        (asked(authorization=f"bearer {signed(iss='OTHER12345')}"), 403, "InvalidProviderToken", "APNs 2"),
        (asked(authorization=f"bearer {signed(iat='now')}"), 403, "InvalidProviderToken", "APNs 2"),
        (asked(authorization=f"bearer {signed(age=3700)}"), 403, "ExpiredProviderToken", "APNs 2"),
        (asked(authorization=f"bearer {signed(age=-300)}"), 403, "InvalidProviderToken", "APNs 2"),
        (asked(apns_topic=""), 400, "MissingTopic", "APNs 13"),
        (asked(apns_topic="a b"), 400, "BadTopic", "APNs 13"),
        (asked(apns_topic="com.example.other"), 400, "TopicDisallowed", "APNs 13"),
        (asked(apns_push_type="shout"), 400, "InvalidPushType", "APNs 5"),
        (asked(apns_priority="7"), 400, "BadPriority", "APNs 5"),
        (asked(apns_push_type="background"), 400, "BadPriority", "APNs 5"),
        (asked(apns_expiration="soon"), 400, "BadExpirationDate", "APNs 6"),
        (asked(apns_collapse_id="x" * 65), 400, "BadCollapseId", "APNs 4"),
        (asked(apns_id="1"), 400, "BadMessageId", "APNs 14"),
        (asked(body=b""), 400, "PayloadEmpty", "APNs 3"),
        (asked(body=b"[]"), 400, "PayloadEmpty", "APNs 3"),
        (asked(body=b'{"aps":"' + b"x" * 4090 + b'"}'), 413, "PayloadTooLarge", "APNs 3"),
    ],
)
def test_broken_rule_is_refused_by_name(request_: Asked, status: int, code: str, rule: str):
    assert refused(request_) == (status, code, rule)


def test_revoked_token_has_expired():
    token = signed()
    request = asked(authorization=f"bearer {token}")
    assert refused(request, revoked={token}) == (403, "ExpiredProviderToken", "APNs 2")


def test_connection_may_not_change_its_token_soon_after():
    freshness = Freshness()
    judge(asked(authorization=f"bearer {signed(age=100)}"), TOKENS, freshness, NOW, set())
    again = asked(authorization=f"bearer {signed(age=10)}")
    assert refused(again, freshness) == (429, "TooManyProviderTokenUpdates", "APNs 2")


def test_connection_may_change_its_token_after_twenty_minutes_or_when_it_expired():
    first, second, third = signed(age=1300), signed(age=50), signed(age=40)
    freshness = Freshness()
    for token, revoked in ((first, set()), (second, set()), (third, {second})):
        judge(asked(authorization=f"bearer {token}"), TOKENS, freshness, NOW, revoked)
