from collections.abc import Callable

from games.models import Stage
from messaging.catch_up import PAGE, Page, read_pages
from messaging.models import PlayerMessage
from players.models import Player
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


def _read(page: Page) -> list[str]:
    (found,) = read_pages([page])
    assert not isinstance(found, Exception)
    return [message_id for message_id, _ in found]


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
