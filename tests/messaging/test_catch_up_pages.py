from collections.abc import Callable

from games.models import Stage
from messaging.catch_up import read_pages
from messaging.models import PlayerMessage
from messaging.pages import PAGE, PAGE_BYTES, Page, Read
from players.models import Player
from realtime.sql import by_vendor
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


def _read(page: Page, rest: list[str] | None = None) -> list[str]:
    """The page's messageIds; `rest` is what it must leave for a later one."""
    (found,) = read_pages([page])
    assert isinstance(found, Read)
    assert found.rest == (rest or [])
    return [message_id for message_id, _ in found.messages]


def _send(stage: Stage, player: Player, count: int) -> list[str]:
    for _ in range(count):
        send(stage, player)
    return list(PlayerMessage.objects.filter(player=player).order_by("id").values_list("id", flat=True))


def test_a_page_holds_the_oldest_waiting_messages_in_order(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    ids = _send(stage, ana, PAGE + 2)
    assert _read(Page(ana.id, [], [])) == ids[:PAGE]
    assert _read(Page(ana.id, ids[:PAGE], [])) == ids[PAGE:]


def test_a_page_leaves_out_what_is_confirmed_expired_or_somebody_elses(
    stage: Stage, add_player: AddPlayer
) -> None:
    ana = add_player("ana")
    confirmed, expired, waiting = _send(stage, ana, 3)
    _send(stage, add_player("bob"), 1)
    PlayerMessage.objects.filter(id=confirmed).update(state="delivered")
    PlayerMessage.objects.filter(id=expired).update(expires_ms=1)
    assert _read(Page(ana.id, [], [])) == [waiting]


def test_a_named_message_is_read_though_another_socket_confirmed_it(
    stage: Stage, add_player: AddPlayer
) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    first, second = _send(stage, ana, 2)
    (foreign,) = _send(stage, bob, 1)
    PlayerMessage.objects.filter(id=first).update(state="delivered")
    assert _read(Page(ana.id, [], [first, foreign])) == [first, second]


def test_a_named_message_does_not_overtake_older_ones_that_a_later_page_brings(
    stage: Stage, add_player: AddPlayer
) -> None:
    ana = add_player("ana")
    ids = _send(stage, ana, PAGE + 3)
    live = ids[-1]
    assert _read(Page(ana.id, [], [live]), rest=[live]) == ids[:PAGE]
    assert _read(Page(ana.id, ids[:PAGE], [live])) == ids[PAGE:]


def test_a_page_brings_a_lower_id_that_was_committed_later(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    late, written, newer = _send(stage, ana, 3)
    assert _read(Page(ana.id, [written], [])) == [late, newer]


def test_a_page_ends_where_its_documents_become_too_large(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    first, second, third, fourth = _send(stage, ana, 4)
    PlayerMessage.objects.filter(id__in=[first, third]).update(document="x" * (PAGE_BYTES + 1))
    assert _read(Page(ana.id, [], [fourth]), rest=[fourth]) == [first]
    assert _read(Page(ana.id, [first], [fourth]), rest=[fourth]) == [second]
    assert _read(Page(ana.id, [first, second], [fourth]), rest=[fourth]) == [third]
    assert _read(Page(ana.id, [first, second, third], [fourth])) == [fourth]


def test_pages_cost_the_same_for_one_and_for_three_messages(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    ana = add_player("ana")
    for count in (1, 2):
        ids = _send(stage, ana, count)
        with django_assert_num_queries(by_vendor(sqlite=2, postgresql=1)):
            assert _read(Page(ana.id, [], [])) == ids
    with django_assert_num_queries(by_vendor(sqlite=3, postgresql=1)):
        assert _read(Page(ana.id, [], ids[:1])) == ids


def test_pages_of_many_connections_are_read_in_one_visit_each_with_its_own(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    ana, bob, cem = add_player("ana"), add_player("bob"), add_player("cem")
    a1, a2 = _send(stage, ana, 2)
    b1, b2, b3 = _send(stage, bob, 3)
    pages = [Page(bob.id, [b1], [b3]), Page(cem.id, [], []), Page(ana.id, [], [a2]), Page(ana.id, [a1], [])]
    with django_assert_num_queries(by_vendor(sqlite=9, postgresql=1)):
        reads = read_pages(pages)
    assert [[id for id, _ in read.messages] for read in reads if isinstance(read, Read)] == [
        [b2, b3],
        [],
        [a1, a2],
        [a2],
    ]
