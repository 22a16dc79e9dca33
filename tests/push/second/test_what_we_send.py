"""What Flint's transports send, read by libraries that others wrote."""

import json
import time
from collections.abc import Mapping
from typing import Any

import http_ece
import jwt
import pytest
from py_vapid import Vapid02

from push.sim.simulator import Simulator
from push.sim.wire import Answer, Asked
from push.transports.apns import ApnsTransport
from push.transports.base import Notification
from push.transports.fcm import FcmTransport
from push.transports.web import WebTransport
from tests.push.simulated import Simulated
from tests.push.transports.trying import opened

PAYLOAD = {"title": "Your turn", "body": "Bo rolled a six 🎲", "messageId": "m1"}
MOZILLA = "https://updates.push.services.mozilla.com"


def asked(server: Simulated) -> Asked:
    [request] = server.requests
    assert request.verdict == "accepted"
    return request.asked


def is_soon(end: int, seconds: int) -> bool:
    return -60 <= end - (time.time() + seconds) <= 60


async def test_py_vapid_takes_our_token_and_http_ece_reads_our_push(
    simulator: Simulator, web: Simulated
) -> None:
    token = json.dumps(simulator.subscription("ana", MOZILLA))
    async with opened(WebTransport, web) as transport:
        await transport.send(Notification(token, "web", PAYLOAD, 3600, "0123456789abcdef01234567"), 5)
    sent = asked(web)
    headers = {"ttl", "urgency", "topic", "content-encoding", "content-type"}
    assert {name: sent.headers[name] for name in headers} == {
        "ttl": "3600",
        "urgency": "high",
        "topic": "0123456789abcdef01234567",
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
    }
    assert Vapid02.verify(sent.headers["authorization"])
    signed, _, key = sent.headers["authorization"].removeprefix("vapid t=").partition(",k=")
    assert key == simulator.world.accounts.application_server_key
    public = simulator.world.accounts.vapid_key.public_key()
    claims = jwt.decode(signed, public, algorithms=["ES256"], audience=web.document()["endpoint"])
    assert claims == {
        "aud": web.document()["endpoint"],
        "sub": "mailto:push@example.org",
        "exp": claims["exp"],
    }
    assert is_soon(claims["exp"], 12 * 3600)
    browser = simulator.world.subscriptions.make("ana")
    read = http_ece.decrypt(sent.body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
    assert json.loads(read) == PAYLOAD


async def test_pyjwt_takes_our_provider_token_for_apns(simulator: Simulator, apns: Simulated) -> None:
    payload = {"aps": {"alert": {"title": "Your turn"}}, "messageId": "m1"}
    async with opened(ApnsTransport, apns) as transport:
        await transport.send(Notification("a1" * 32, "ios", payload, 3600, "m1"), 5)
    sent = asked(apns)
    headers = {"apns-topic", "apns-push-type", "apns-priority", "apns-collapse-id"}
    assert {name: sent.headers[name] for name in headers} == {
        "apns-topic": "com.example.dice",
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-collapse-id": "m1",
    }
    assert is_soon(int(sent.headers["apns-expiration"]), 3600)
    assert json.loads(sent.body) == payload
    scheme, _, token = sent.headers["authorization"].partition(" ")
    public = simulator.world.accounts.apns_key.public_key()
    claims = jwt.decode(token, public, algorithms=["ES256"], issuer="TEAM123456")
    assert (scheme.lower(), claims) == ("bearer", {"iss": "TEAM123456", "iat": claims["iat"]})
    assert is_soon(claims["iat"], 0)
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["kid"]) == ("ES256", "KEY1234567")


async def test_pyjwt_takes_our_assertion_for_fcm(
    simulator: Simulator, fcm: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form that the token endpoint got, and the token that it gave, in the push that followed."""
    forms: list[Mapping[str, str]] = []
    given: list[dict[str, Any]] = []
    grant = simulator.fcm.grant

    def noted(form: Mapping[str, str]) -> Answer:
        forms.append(form)
        answer = grant(form)
        given.append(json.loads(answer.body))
        return answer

    monkeypatch.setattr(simulator.fcm, "grant", noted)
    async with opened(FcmTransport, fcm) as transport:
        await transport.send(Notification("t1", "android", {"data": {"messageId": "m1"}}, 3600, "m1"), 5)
    [form], [token] = forms, given
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    public = simulator.world.accounts.service_key.public_key()
    endpoint = simulator.token_endpoint("fcm")
    claims = jwt.decode(form["assertion"], public, algorithms=["RS256"], audience=endpoint)
    assert claims == {
        "iss": "push@dice-1234.iam.gserviceaccount.com",
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "aud": endpoint,
        "iat": claims["iat"],
        "exp": claims["iat"] + 3600,
    }
    assert is_soon(claims["iat"], 0)
    sent = asked(fcm)
    assert sent.headers["authorization"] == f"Bearer {token['access_token']}"
    assert json.loads(sent.body) == {
        "message": {
            "token": "t1",
            "data": {"messageId": "m1"},
            "android": {"priority": "high", "ttl": "3600s", "collapse_key": "m1"},
        },
        "validate_only": False,
    }
