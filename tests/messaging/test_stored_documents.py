from collections.abc import Callable

from games.models import Stage
from messaging.models import PlayerMessage
from messaging.stored_documents import fitting_documents
from players.models import Player
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


def _send(stage: Stage, player: Player, *documents: str) -> list[str]:
    for _ in documents:
        send(stage, player)
    ids = list(PlayerMessage.objects.order_by("id").values_list("id", flat=True))
    for message_id, document in zip(ids, documents, strict=True):
        PlayerMessage.objects.filter(id=message_id).update(document=document)
    return ids


def test_documents_come_in_the_order_asked_for(stage: Stage, add_player: AddPlayer) -> None:
    first, second, third = _send(stage, add_player("ana"), "one", "two", "three")
    assert fitting_documents([third, first, second], 100) == [
        (third, b"three"),
        (first, b"one"),
        (second, b"two"),
    ]


def test_documents_end_where_the_next_does_not_fit(stage: Stage, add_player: AddPlayer) -> None:
    ids = _send(stage, add_player("ana"), "one", "zwölf", "two")
    assert fitting_documents(ids, 9) == [(ids[0], b"one"), (ids[1], "zwölf".encode())]
    assert fitting_documents(ids, 8) == [(ids[0], b"one")]


def test_one_document_always_fits(stage: Stage, add_player: AddPlayer) -> None:
    ids = _send(stage, add_player("ana"), "twelve bytes", "x")
    assert fitting_documents(ids, 5) == [(ids[0], b"twelve bytes")]


def test_rows_that_are_gone_or_wait_no_more_are_passed_over(stage: Stage, add_player: AddPlayer) -> None:
    first, second = _send(stage, add_player("ana"), "one", "two")
    PlayerMessage.objects.filter(id=first).update(state="delivered")
    assert fitting_documents(["gone", first, second], 100) == [(first, b"one"), (second, b"two")]
    assert fitting_documents(["gone", first, second], 100, only_waiting=True) == [(second, b"two")]
    assert fitting_documents(["gone", first], 100, only_waiting=True) == []


def test_documents_cost_the_same_for_one_and_for_three(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    ids = _send(stage, add_player("ana"), "one", "two", "three")
    for asked in (ids[:1], ids):
        with django_assert_num_queries(1):
            assert len(fitting_documents(asked, 100)) == len(asked)
