import json
from typing import Any

import pytest

from push.sim.rules import adm, wns
from push.sim.rules.bearers import Bearers, Client, check_client
from push.sim.wire import Asked, Push, Refusal

BEARERS = Bearers("t", 3600)
GOOD = BEARERS.issue(0)
AUTHORIZATION = {"authorization": f"Bearer {GOOD}"}
PATH = "/messaging/registrations/amzn1.adm-registration.v3.x/messages"
TOAST = b"<toast><visual><binding template='ToastGeneric'><text>Hi</text></binding></visual></toast>"


def kindle(body: Any, path: str = PATH, **headers: str) -> Asked:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    good = AUTHORIZATION | adm.VERSIONS | {"content-type": "application/json"}
    return Asked("POST", path, good | named, json.dumps(body).encode())


def windows(body: bytes = TOAST, token: str = "A", method: str = "POST", **headers: str) -> Asked:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    good = AUTHORIZATION | {"x-wns-type": "wns/toast", "content-type": "text/xml"}
    return Asked(method, "/", good | named, body, {"token": token} if token else {})


def refusal_of(module: Any, request: Asked) -> tuple[int, str, str]:
    with pytest.raises(Refusal) as raised:
        module.judge(request, BEARERS, 1, set())
    return raised.value.status, raised.value.code, raised.value.rule


def test_sound_push_to_a_kindle_is_taken():
    body = {"data": {"k": "v"}, "consolidationKey": "m1", "expiresAfter": 60}
    expected = Push("amzn1.adm-registration.v3.x", {"k": "v"}, "m1", 60)
    assert adm.judge(kindle(body), BEARERS, 1, set()) == expected


@pytest.mark.parametrize(
    ("request_", "status", "code", "rule"),
    [
        (kindle({"data": {"k": "v"}}, "/messages"), 404, "NotFound", "ADM"),
        (kindle({"data": {"k": "v"}}, authorization="Bearer x"), 401, "AccessTokenExpired", "ADM 1"),
        (kindle({"data": {"k": "v"}}, x_amzn_type_version="2"), 400, "InvalidType", "ADM 8"),
        (kindle({"data": {"k": "v"}}, x_amzn_accept_type="2"), 400, "InvalidType", "ADM 8"),
        (kindle({"data": {"k": "v"}}, PATH.replace("amzn1", "apa91")), 400, "InvalidRegistrationId", "ADM 5"),
        (kindle([]), 400, "InvalidData", "ADM 2"),
        (kindle({}), 400, "InvalidData", "ADM 2"),
        (kindle({"data": {"k": 1}}), 400, "InvalidData", "ADM 2"),
        (kindle({"data": {"k": "v"}, "to": "x"}), 400, "InvalidData", "ADM 2"),
        (kindle({"data": {"k": "x" * 6200}}), 413, "MessageTooLarge", "ADM 2"),
        (kindle({"data": {"k": "v"}, "consolidationKey": "x" * 65}), 400, "InvalidConsolidationKey", "ADM 4"),
        (kindle({"data": {"k": "v"}, "expiresAfter": 0}), 400, "InvalidExpiration", "ADM 3"),
        (kindle({"data": {"k": "v"}, "expiresAfter": 2_678_401}), 400, "InvalidExpiration", "ADM 3"),
        (kindle({"data": {"k": "v"}, "expiresAfter": True}), 400, "InvalidExpiration", "ADM 3"),
    ],
)
def test_broken_rule_of_adm_is_refused_by_name(request_: Asked, status: int, code: str, rule: str):
    assert refusal_of(adm, request_) == (status, code, rule)


def test_sound_toast_is_taken():
    toast = {"kind": "toast", "attributes": {}, "texts": ["Hi"]}
    assert wns.judge(windows(x_wns_ttl="60"), BEARERS, 1, set()) == Push("A", toast, ttl=60)


def test_sound_raw_push_is_taken():
    raw = windows(b'{"k": 1}', x_wns_type="wns/raw", content_type="application/octet-stream")
    assert wns.judge(raw, BEARERS, 1, set()) == Push("A", {"k": 1})


@pytest.mark.parametrize(
    ("request_", "status", "code", "rule"),
    [
        (windows(method="GET"), 405, "method", "WNS"),
        (windows(authorization="Bearer x"), 401, "token", "WNS 1"),
        (windows(token=""), 404, "channel", "WNS 4"),
        (windows(b"x" * 5001), 413, "size", "WNS 2"),
        (windows(x_wns_ttl="soon"), 400, "X-WNS-TTL", "WNS 3"),
        (windows(x_wns_tag="x" * 17), 400, "X-WNS-Tag", "WNS 9"),
        (windows(x_wns_cache_policy="x"), 400, "X-WNS-Cache-Policy", "WNS 3"),
        (windows(x_wns_type="toast"), 400, "X-WNS-Type", "WNS 7"),
        (windows(content_type="application/json"), 400, "Content-Type", "WNS 7"),
        (windows(x_wns_type="wns/raw"), 400, "Content-Type", "WNS 7"),
        (windows(b""), 400, "payload", "WNS 7"),
        (windows(b"<toast>"), 400, "payload", "WNS 7"),
        (windows(b"<tile/>"), 400, "payload", "WNS 7"),
    ],
)
def test_broken_rule_of_wns_is_refused_by_name(request_: Asked, status: int, code: str, rule: str):
    assert refusal_of(wns, request_) == (status, code, rule)


CLIENT = Client("id", "secret", "scope")
FORM = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret", "scope": "scope"}


def test_sound_client_gets_a_token():
    check_client(FORM, CLIENT, "ADM 1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_id": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "x"}, "invalid_client"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"scope": "x"}, "invalid_scope"),
    ],
)
def test_wrong_client_gets_none(change: dict[str, str], code: str):
    with pytest.raises(Refusal) as raised:
        check_client(FORM | change, CLIENT, "ADM 1")
    assert raised.value.code == code
