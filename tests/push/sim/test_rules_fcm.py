import json
import time
from typing import Any

import jwt
import pytest

from push.sim.accounts import EMAIL, PROJECT, SERVICE_KEY_ID
from push.sim.rules.bearers import Bearers
from push.sim.rules.fcm import judge
from push.sim.rules.fcm_tokens import GRANT, check_assertion
from push.sim.wire import Asked, Push, Refusal
from tests.push.keys import service_key

NOW = time.time()
AUDIENCE = "https://127.0.0.1/token"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
BEARERS = Bearers("t", 3600)
GOOD = BEARERS.issue(NOW)
PATH = f"/v1/projects/{PROJECT}/messages:send"


def asked(
    message: Any, path: str = PATH, method: str = "POST", bearer: str = GOOD, kind: str = "application/json"
) -> Asked:
    headers = {"authorization": f"Bearer {bearer}", "content-type": kind}
    return Asked(method, path, headers, json.dumps({"message": message}).encode())


def refused(request: Asked) -> tuple[int, str, str]:
    with pytest.raises(Refusal) as raised:
        judge(request, BEARERS, NOW, set())
    return raised.value.status, raised.value.code, raised.value.rule


def test_sound_push_is_taken():
    android = {"priority": "high", "ttl": "60s", "collapse_key": "m1"}
    message = {"token": "t:1", "data": {"k": "v"}, "notification": {"title": "x"}, "android": android}
    without = {key: value for key, value in message.items() if key != "token"}
    assert judge(asked(message), BEARERS, NOW, set()) == Push("t:1", without, "m1", 60)


def test_dry_run_is_marked():
    body = json.dumps({"message": {"token": "t"}, "validate_only": True}).encode()
    request = Asked("POST", PATH, asked({}).headers, body)
    assert judge(request, BEARERS, NOW, set()).dry


@pytest.mark.parametrize(
    ("request_", "status", "code", "rule"),
    [
        (asked({"token": "t"}, method="GET"), 404, "NOT_FOUND", "FCM"),
        (asked({"token": "t"}, "/fcm/send"), 404, "NOT_FOUND", "FCM"),
        (asked({"token": "t"}, "/v1/projects/other/messages:send"), 403, "PERMISSION_DENIED", "FCM 9"),
        (asked({"token": "t"}, bearer="other"), 401, "UNAUTHENTICATED", "FCM 9"),
        (asked({"token": "t"}, kind="text/plain"), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked({}), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked([]), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked({"token": "t", "topic": "x"}), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked({"token": "t", "to": "x"}), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked({"token": "t", "notification": {"sound": "x"}}), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked({"token": "t", "android": {"priority": "10"}}), 400, "INVALID_ARGUMENT", "FCM 1"),
        (asked({"token": "not one"}), 400, "INVALID_ARGUMENT", "FCM 5"),
        (asked({"token": "t", "data": {"k": 1}}), 400, "INVALID_ARGUMENT", "FCM 3"),
        (asked({"token": "t", "data": {"google.x": "1"}}), 400, "INVALID_ARGUMENT", "FCM 3"),
        (asked({"token": "t", "data": {"k": "x" * 4096}}), 400, "INVALID_ARGUMENT", "FCM 2"),
        (asked({"token": "t", "android": {"ttl": 60}}), 400, "INVALID_ARGUMENT", "FCM 4"),
        (asked({"token": "t", "android": {"ttl": "2419201s"}}), 400, "INVALID_ARGUMENT", "FCM 4"),
        (asked({"token": "t", "android": {"collapse_key": 1}}), 400, "INVALID_ARGUMENT", "FCM 8"),
    ],
)
def test_broken_rule_is_refused_by_name(request_: Asked, status: int, code: str, rule: str):
    assert refused(request_) == (status, code, rule)


@pytest.mark.parametrize(("later", "revoked"), [(3601, set()), (0, {GOOD})])
def test_token_ends(later: int, revoked: set[str]):
    with pytest.raises(Refusal) as raised:
        judge(asked({"token": "t"}), BEARERS, NOW + later, revoked)
    assert raised.value.code == "UNAUTHENTICATED"


def form(
    key: str = "project", grant: str = GRANT, key_id: str = SERVICE_KEY_ID, **changes: Any
) -> dict[str, str]:
    claims = {
        "iss": EMAIL,
        "aud": AUDIENCE,
        "scope": SCOPE,
        "iat": int(NOW),
        "exp": int(NOW) + 3600,
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    assertion = jwt.encode(claims, service_key(key), algorithm="RS256", headers={"kid": key_id})
    return {"grant_type": grant, "assertion": assertion}


def test_sound_assertion_is_taken():
    check_assertion(form(), service_key().public_key(), AUDIENCE, NOW)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (form(grant="client_credentials"), "unsupported_grant_type"),
        ({"grant_type": GRANT}, "invalid_grant"),
        (form(key="another project's"), "invalid_grant"),
        (form(key_id="deleted"), "invalid_grant"),
        (form(iss="other@example.org"), "invalid_grant"),
        (form(aud="https://example.org"), "invalid_grant"),
        (form(exp=None), "invalid_grant"),
        (form(exp=int(NOW) + 3601), "invalid_grant"),
        (form(iat=int(NOW) - 7200, exp=int(NOW) - 3600), "invalid_grant"),
        (form(iat=int(NOW) + 600, exp=int(NOW) + 700), "invalid_grant"),
        (form(scope="https://www.googleapis.com/auth/drive"), "invalid_scope"),
    ],
)
def test_wrong_assertion_gets_no_token(wrong: dict[str, str], code: str):
    with pytest.raises(Refusal) as raised:
        check_assertion(wrong, service_key().public_key(), AUDIENCE, NOW)
    assert (raised.value.code, raised.value.rule) == (code, "FCM 9")
