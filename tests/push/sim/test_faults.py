from typing import Any

import pytest

from push.sim.acting import act_of, retry_after
from push.sim.faults import KINDS, BadFault, Fault, Faults
from push.sim.wire import Answer, Refusal

CODES = {"too_many:Slow": 429, "server_error:Broken": 500, "unavailable:Away": 503, "Gone": 410}
NOW = 1_480_550_400.0  # 2016-12-01


def test_request_meets_the_first_fault_that_is_for_it_and_not_spent():
    faults = Faults()
    first, second, other = faults.add(
        [
            Fault("delay", "fcm", token="a"),
            Fault("unavailable", "fcm", times=2),
            Fault("delay", "apns", times=0),
        ]
    )
    met = [faults.take("fcm", "push", token) for token in ("b", "a", "a", "a")]
    assert met == [second, first, second, None]
    assert [faults.take("apns", "push") for _ in range(3)] == [other] * 3
    assert faults.take("fcm", "token") is None
    assert [fault.fired for fault in faults] == [1, 2, 3]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "a fault is an object"),
        ({"kind": "delay"}, "kind and service are required"),
        ({"kind": "x", "service": "fcm"}, f"kind is one of {', '.join(KINDS)}"),
        ({"kind": "delay", "service": "gcm"}, "gcm has no delay on push"),
        ({"kind": "goaway", "service": "fcm"}, "fcm has no goaway on push"),
        ({"kind": "delay", "service": "web", "on": "token"}, "web has no delay on token"),
        ({"kind": "delay", "service": "fcm", "on": "connect"}, "delay is on push or token"),
        ({"kind": "delay", "service": "fcm", "seconds": "1"}, "seconds is not a float"),
        ({"kind": "delay", "service": "fcm", "after": 1}, "after is not known"),
        ({"kind": 1, "service": "fcm"}, "kind is not a str"),
        ({"kind": "too_many", "service": "fcm", "form": "x"}, "form is seconds, date or none"),
    ],
)
def test_fault_that_cannot_be_set_says_why(document: Any, words: str):
    with pytest.raises(BadFault) as raised:
        Fault.of(document)
    assert str(raised.value) == words


def refuse(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.code.encode())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_delivered_is_what_the_kind_says(kind: str):
    service = KINDS[kind].services[0]
    if "push" not in KINDS[kind].on or kind in ("goaway", "rst_stream", "expired_token"):
        return  # done by the connection, not by an act
    act = act_of(Fault(kind, service), Answer(200, b"{}"), refuse, CODES, NOW)
    assert (act.take and not act.hold) == KINDS[kind].delivers


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault("too_many", "fcm"), 429, "Slow"),
        (Fault("server_error", "fcm"), 500, "Broken"),
        (Fault("unavailable", "fcm"), 503, "Away"),
        (Fault("refuse", "fcm", code="Gone"), 410, "Gone"),
        (Fault("refuse", "fcm", code="New"), 400, "New"),
        (Fault("refuse", "fcm", code="New", status=418), 418, "New"),
    ],
)
def test_refusing_faults_speak_the_service_s_words(fault: Fault, status: int, code: str):
    act = act_of(fault, Answer(200), refuse, CODES, NOW)
    assert (act.answer, act.take, act.verdict) == (Answer(status, code.encode()), False, code)


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ("seconds", {"Retry-After": "60"}),
        ("date", {"Retry-After": "Thu, 01 Dec 2016 00:01:00 GMT"}),
        ("none", {}),
    ],
)
def test_retry_after_has_two_forms(form: str, header: dict[str, str]):
    assert retry_after(Fault("too_many", "fcm", seconds=60, form=form), NOW) == header
