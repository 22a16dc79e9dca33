from realtime.doorway import PATIENCE, Doorway


class Guest:
    def __init__(self) -> None:
        self.ended = False

    def abort(self) -> None:
        self.ended = True


def test_who_has_waited_longest_goes_first() -> None:
    doorway, guests = Doorway(), [Guest() for _ in range(3)]
    for second, guest in enumerate(guests):
        doorway.enter(guest, float(second))
    assert doorway.make_room(10.0)
    assert doorway.make_room(10.0)
    assert [guest.ended for guest in guests] == [True, True, False]


def test_who_came_just_now_may_stay() -> None:
    doorway, guest = Doorway(), Guest()
    doorway.enter(guest, 10.0)
    assert not doorway.make_room(10.0 + PATIENCE / 2)
    assert not guest.ended
    assert doorway.make_room(10.0 + PATIENCE)


def test_who_sent_a_request_may_stay() -> None:
    doorway, guest = Doorway(), Guest()
    doorway.enter(guest, 10.0)
    doorway.leave(guest)
    doorway.leave(guest)
    assert not doorway.make_room(100.0)
    assert not guest.ended
