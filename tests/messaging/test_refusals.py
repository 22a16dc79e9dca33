import logging

import pytest

from messaging.refusals import Refusals


def test_a_refusal_is_one_line_whatever_the_path_holds(caplog: pytest.LogCaptureFixture) -> None:
    """A path arrives with its escapes undone: a stranger could write lines of their own."""
    with caplog.at_level(logging.WARNING, "flint.refused"):
        Refusals().refuse(
            "192.0.2.1", "/ws/device/x\nrefused 10.0.0.1 on \x1b[2J" + "y" * 500, {"apiKey": "UNKNOWN"}
        )
    (line,) = (record.getMessage() for record in caplog.records)
    assert line.isprintable()
    assert line.startswith(r"refused 192.0.2.1 on /ws/device/x\nrefused 10.0.0.1 on \x1b[2Jyyy")
    assert len(line) < 400


def test_an_address_that_is_refused_again_waits_twice_as_long_a_minute_at_most() -> None:
    refusals = Refusals()
    waits = [refusals.refuse("192.0.2.1", "/ws", {"hmac": "INVALID"}) for _ in range(8)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert refusals.refuse("192.0.2.2", "/ws", {"hmac": "INVALID"}) == 1


def test_refusals_again_and_again_are_logged_seldom(caplog: pytest.LogCaptureFixture) -> None:
    """A flood of handshakes must not fill the disk."""
    refusals = Refusals()
    with caplog.at_level(logging.WARNING, "flint.refused"):
        for _ in range(1000):
            refusals.refuse("192.0.2.1", "/ws", {"request": "THROTTLED"})
        refusals.refuse("192.0.2.2", "/ws", {"request": "THROTTLED"})
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 16 + 5 + 1
    assert lines[-2] == (
        "refused 192.0.2.1 on /ws: request THROTTLED; too many handshakes from this address: "
        "see FLINT_LIMIT_HANDSHAKES_PER_SECOND (512 times lately)"
    )


def test_neighbours_in_an_ipv6_network_are_one() -> None:
    refusals = Refusals()
    waits = [refusals.refuse(f"2001:db8::{number}", "/ws", {"hmac": "INVALID"}) for number in range(3)]
    assert waits == [1, 2, 4]
