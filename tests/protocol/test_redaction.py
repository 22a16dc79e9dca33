"""What is taken out of a line before it is written."""

import pytest

from protocol.redaction import Redactor, redact

TOKEN = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
HMAC = "qnR8UCqJggD55PohusaBNviGoOJ67HC6Btry4qXLVZc="
GENERATED = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Not Found: /rs/key/server/hush/LogEventRequest", "Not Found: /rs/…"),
        ('POST "/preview/rs/key/server/hush/X" 404', 'POST "/preview/rs/…" 404'),
        ("next=%2Flive%2Frs%2Fkey%2Fserver%2Fhush", "next=%2Flive%2Frs%2F…"),
        ("GET /callback/key/server/hush 500", "GET /callback/… 500"),
        ("postgresql://flint:hush@db:5432/flint is away", "postgresql://flint:…@db:5432/flint is away"),
        ("redis://:h@/sh:@cache:6379/0", "redis://:…@cache:6379/0"),
        ("Authorization: Bearer hush.hush", "Authorization: …"),
        ("{'authorization': 'key hush', 'apns-id': 'x'}", "{'authorization': …, 'apns-id': 'x'}"),
        ("sent bearer eyJhbGciOi.hush_hush", "sent bearer …"),
        ('{"authToken": "hush", "userId": "7"}', '{"authToken": …, "userId": "7"}'),
        ("Session(player_id='7', auth_token='hush')", "Session(player_id='7', auth_token=…)"),
        (r'"{\"hmac\":\"hush\",\"a\":1}"', r'"{\"hmac\":…,\"a\":1}"'),
        ('{"token": 12345, "n": 7}', '{"token": …, "n": 7}'),
        ("password=hush host=db", "password=… host=db"),
        ("b'secret': b'hu\\x00sh', 1", "b'secret': …, 1"),
        (f"the token {TOKEN} is unknown", "the token … is unknown"),
        (f"expected {HMAC}", "expected …"),
        (f"credential {GENERATED} of game k1", "credential … of game k1"),
        ("-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\nrest", "…\nrest"),
        ("-----BEGIN EC PRIVATE KEY-----\\nhush", "…"),
        ("DETAIL:  Key (hash, id)=(hush, 7) already exists.", "DETAIL:  Key (hash, id)=(…) already exists."),
        ("DETAIL:  Failing row contains (7, hush, null).", "DETAIL:  Failing row contains (…"),
        ("LINE 1: ... VALUES ('hush')\n                 ^", "LINE 1: …\n                 ^"),
        ("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJURUFNIn0.hush-hush", "…"),
    ],
)
def test_secrets_are_hidden(text: str, written: str) -> None:
    assert redact(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "the client signs with another secret: copy the credential's secret into the SDK's settings",
        "refused 203.0.113.7 on /preview/ws/device/duel0000dice: hmac INVALID; the client signs with another",
        "message 0193a5c00000000000000001 of player 0193a5c00000000000000002",
        'File "/srv/flint/players/tokens.py", line 83, in token_hash',
        "test_a_very_long_name_of_a_test_that_holds_nothing_secret_at_all_5",
        "SendFriendMessageRequest failed (game 7, live)",
        "UPDATE players_authtoken SET used_ms = 5 WHERE hash = 'x'",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_known_values_are_hidden_wherever_they_stand_the_longest_first() -> None:
    hide = Redactor(["open sesame", "open sesame!", "short"])
    assert hide("say open sesame! or open sesame, in short") == "say … or …, in short"
