import base64
import time
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from push.sim.ece import Undecryptable, decrypt
from push.sim.keys import base64url, from_base64url, point
from push.sim.rules.web import judge
from push.sim.subscriptions import Subscriptions
from push.sim.wire import Asked, Push, Refusal
from tests.push.keys import p8_key

NOW = time.time()
ORIGIN = "https://127.0.0.1:8443"
KEY = base64url(point(p8_key("vapid").public_key()))
SUBSCRIPTIONS = Subscriptions(KEY)
SUBSCRIPTIONS.make("ana")


def vapid(key: str = "vapid", named: str = "", **changes: Any) -> str:
    claims = {"aud": ORIGIN, "exp": int(NOW) + 3600, "sub": "mailto:a@example.org"} | changes
    k = named or base64url(point(p8_key(key).public_key()))
    return f"vapid t={jwt.encode(claims, p8_key(key), algorithm='ES256')}, k={k}"


def asked(path: str = "/push/ana", method: str = "POST", body: bytes = b"x", **headers: str) -> Asked:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    good = {"authorization": vapid(), "ttl": "60", "content-encoding": "aes128gcm"} | named
    return Asked(method, path, {name: value for name, value in good.items() if value}, body)


def test_sound_push_is_taken():
    push = judge(asked(topic="m1", urgency="high"), SUBSCRIPTIONS, ORIGIN, NOW, set())
    assert push == Push("ana", b"x", "m1", 60)


@pytest.mark.parametrize(
    ("request_", "status", "code", "rule"),
    [
        (asked(method="PUT"), 405, "method", "Web Push"),
        (asked("/push/nobody"), 404, "subscription", "Web Push 6"),
        (asked(authorization=""), 401, "vapid", "Web Push 4"),
        (asked(authorization="Bearer x"), 401, "vapid", "Web Push 4"),
        (asked(authorization=vapid("other")), 403, "key", "Web Push 4"),
        (asked(authorization=vapid("other", named=KEY)), 403, "vapid", "Web Push 4"),
        (asked(authorization=vapid(aud="https://example.org")), 403, "vapid", "Web Push 4"),
        (asked(authorization=vapid(exp=int(NOW) - 1)), 403, "expired", "Web Push 4"),
        (asked(authorization=vapid(exp=int(NOW) + 90_000)), 403, "exp", "Web Push 4"),
        (asked(authorization=vapid(sub="me")), 403, "sub", "Web Push 4"),
        (asked(ttl=""), 400, "TTL", "Web Push 1"),
        (asked(ttl="-1"), 400, "TTL", "Web Push 1"),
        (asked(urgency="now"), 400, "Urgency", "Web Push 2"),
        (asked(topic="x" * 33), 400, "Topic", "Web Push 3"),
        (asked(topic="a.b"), 400, "Topic", "Web Push 3"),
        (asked(content_encoding="aesgcm"), 400, "Content-Encoding", "Web Push 5"),
        (asked(body=b"x" * 4097), 413, "size", "Web Push 5"),
    ],
)
def test_broken_rule_is_refused_by_name(request_: Asked, status: int, code: str, rule: str):
    with pytest.raises(Refusal) as raised:
        judge(request_, SUBSCRIPTIONS, ORIGIN, NOW, set())
    assert (raised.value.status, raised.value.code, raised.value.rule) == (status, code, rule)


def test_the_standard_s_own_example_is_read():
    """RFC 8291, appendix A."""
    private = int.from_bytes(from_base64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    key = ec.derive_private_key(private, ec.SECP256R1())
    body = from_base64url(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
        "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    auth = from_base64url("BTBZMqHH6r4Tts7J_aSIgg")
    assert decrypt(body, key, auth) == b"When I grow up, I want to be a watermelon"


def encrypted(plaintext: bytes, auth: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    """By another implementation."""
    sender = ec.generate_private_key(ec.SECP256R1())
    return bytes(
        http_ece.encrypt(plaintext, private_key=sender, dh=point(key), auth_secret=auth, version="aes128gcm")
    )


@pytest.mark.parametrize("plaintext", [b"{}", b"ends with zeros\0\0", b"x" * 3993])
def test_other_implementation_s_encryption_is_read(plaintext: bytes):
    key, auth = p8_key("browser"), b"a" * 16
    assert decrypt(encrypted(plaintext, auth, key.public_key()), key, auth) == plaintext


@pytest.mark.parametrize("wrong", ["auth", "key", "cut", "header"])
def test_what_a_browser_could_not_read_is_not_read(wrong: str):
    key, auth = p8_key("browser"), b"a" * 16
    body = encrypted(b"hi", b"b" * 16 if wrong == "auth" else auth, key.public_key())
    body = {"cut": body[:-1], "header": body[:15]}.get(wrong, body)
    with pytest.raises(Undecryptable):
        decrypt(body, p8_key("other") if wrong == "key" else key, auth)


@pytest.mark.parametrize("text", ["a b", "YQ==", "ä", "a/b"])
def test_base64url_is_read_strictly(text: str):
    with pytest.raises(ValueError, match="not base64url"):
        from_base64url(text)
    assert from_base64url(base64.urlsafe_b64encode(b"ab").rstrip(b"=").decode()) == b"ab"
