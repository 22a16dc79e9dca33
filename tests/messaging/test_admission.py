import resource

import pytest
from pytest_django.fixtures import Settings

from messaging.admission import HELD, Admission
from realtime import room

HOME, SCHOOL, THIS_MACHINE = "203.0.113.1", "203.0.113.2", ""


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.FLINT_LIMIT_SOCKETS = 64
    settings.FLINT_LIMIT_SOCKETS_PER_ADDRESS = 3
    settings.FLINT_LIMIT_HANDSHAKES_PER_SECOND = 0.001
    settings.FLINT_LIMIT_HANDSHAKES_BURST = 5


def test_an_address_may_hold_so_many_sockets() -> None:
    admission = Admission()
    assert [admission.enter(HOME) for _ in range(4)] == [None, None, None, {"sockets": "LIMIT"}]
    assert admission.enter(SCHOOL) is None


def test_a_socket_that_left_makes_room() -> None:
    admission = Admission()
    for _ in range(4):
        admission.enter(HOME)
    admission.leave(HOME)
    assert admission.enter(HOME) == {"sockets": "LIMIT"}
    admission.leave(HOME)
    admission.leave(HOME)
    assert admission.enter(HOME) is None


def test_an_address_may_begin_so_many_handshakes() -> None:
    admission = Admission()
    for _ in range(5):
        assert admission.enter(HOME) is None
        admission.leave(HOME)
    assert admission.enter(HOME) == {"request": "THROTTLED"}


def test_a_process_holds_so_many_sockets_whoevers_they_are() -> None:
    admission = Admission()
    assert {str(admission.enter(THIS_MACHINE)) for _ in range(64)} == {"None"}
    assert admission.enter(THIS_MACHINE) == admission.enter(HOME) == {"server": "FULL"}
    for _ in range(3):
        admission.leave(THIS_MACHINE)
    assert admission.enter(THIS_MACHINE) is None


def test_refused_sockets_are_held_until_they_pile_up() -> None:
    admission = Admission()
    for _ in range(3 + HELD):
        admission.enter(HOME)
    assert not Admission().overfull(HOME)
    assert (admission.overfull(HOME), admission.overfull(SCHOOL)) == (True, True)  # 103 of 64


def test_refused_sockets_of_an_address_pile_up(settings: Settings) -> None:
    settings.FLINT_LIMIT_SOCKETS = 1000
    admission = Admission()
    for _ in range(3 + HELD):
        admission.enter(HOME)
    assert not admission.overfull(HOME)
    admission.enter(HOME)
    assert (admission.overfull(HOME), admission.overfull(SCHOOL)) == (True, False)


def test_nothing_is_remembered_of_addresses_that_left() -> None:
    admission = Admission()
    for number in range(100):
        admission.enter(f"203.0.113.{number}")
        admission.leave(f"203.0.113.{number}")
    assert (admission.sockets, admission._of) == (0, {})


@pytest.mark.parametrize(
    ("files", "sockets", "connections"),
    [
        (resource.RLIM_INFINITY, 20_000, 22_500),
        (1_000_000, 20_000, 22_500),
        (20_000, 17_550, 19_743),
        (1024, 682, 767),
        (256, 170, 191),
    ],
)
def test_room_leaves_files_for_everything_else(
    files: int, sockets: int, connections: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FLINT_LIMIT_SOCKETS = 20_000
    monkeypatch.setattr(room.resource, "getrlimit", lambda kind: (files, files))
    assert (room.most_sockets(), room.most_connections()) == (sockets, connections)
