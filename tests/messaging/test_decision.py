from dataclasses import replace

import pytest

from messaging.decision import Decision, Situation, Target, decide, needs_devices

PHONE = Target("d1", "ios", "apns")
TABLET = Target("d2", "android", "fcm")
AWAY = Situation(
    send_via_socket=True,
    send_as_push=True,
    suppress_push_on_socket_send=True,
    online=False,
    devices=(PHONE, TABLET),
)
ONLINE = replace(AWAY, online=True)

CASES = {
    "online goes to the socket alone": (ONLINE, Decision(True, (), True, "delivered_socket")),
    "always push goes both ways": (
        replace(ONLINE, suppress_push_on_socket_send=False),
        Decision(True, (PHONE, TABLET), True, "delivered_socket"),
    ),
    "away is pushed and waits": (AWAY, Decision(False, (PHONE, TABLET), True, "waiting_offline")),
    "away without a device waits": (replace(AWAY, devices=()), Decision(False, (), True, "no_device")),
    "away with other device types waits": (
        replace(AWAY, device_types=frozenset({"web"})),
        Decision(False, (), True, "suppressed_device_type"),
    ),
    "device types choose": (
        replace(AWAY, device_types=frozenset({"android"})),
        Decision(False, (TABLET,), True, "waiting_offline"),
    ),
    "push off waits": (replace(AWAY, send_as_push=False), Decision(False, (), True, "waiting_offline")),
    "socket off is pushed though online": (
        replace(ONLINE, send_via_socket=False),
        Decision(False, (PHONE, TABLET), False, "waiting_offline"),
    ),
    "both off is in the inbox only": (
        replace(ONLINE, send_via_socket=False, send_as_push=False),
        Decision(False, (), False, "suppressed_setting"),
    ),
    "blocked goes nowhere": (replace(ONLINE, blocked=True), Decision(False, (), False, "suppressed_blocked")),
    "expired goes nowhere": (replace(AWAY, expired=True), Decision(False, (), False, "expired")),
    "live only reaches who is online": (
        replace(ONLINE, expired=True, live_only=True),
        Decision(True, (), True, "delivered_socket"),
    ),
    "live only is pushed to who is away and owed to no socket": (
        replace(AWAY, expired=True, live_only=True),
        Decision(False, (PHONE, TABLET), False, "expired"),
    ),
    "live only without a device is over": (
        replace(AWAY, expired=True, live_only=True, send_as_push=False),
        Decision(False, (), False, "expired"),
    ),
    "pushed once is not pushed again": (
        replace(AWAY, already_pushed=True),
        Decision(False, (), True, "waiting_unconfirmed"),
    ),
    "quiet hours hold the push back": (
        replace(AWAY, quiet=True),
        Decision(False, (), True, "deferred_quiet_hours"),
    ),
    "a category switched off goes nowhere": (
        replace(ONLINE, socket_allowed=False, push_allowed=False),
        Decision(False, (), False, "suppressed_preference"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_decide_says_where_and_why(name: str) -> None:
    situation, decision = CASES[name]
    assert decide(situation) == decision


@pytest.mark.parametrize(
    ("situation", "needed"),
    [
        (ONLINE, False),
        (AWAY, True),
        (replace(ONLINE, suppress_push_on_socket_send=False), True),
        (replace(AWAY, send_as_push=False), False),
        (replace(AWAY, already_pushed=True), False),
        (replace(AWAY, blocked=True), False),
    ],
)
def test_devices_are_read_only_where_they_matter(situation: Situation, needed: bool) -> None:
    assert needs_devices(situation) is needed
