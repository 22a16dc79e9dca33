from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from games.models import Stage
from players.batchers import PlayerKey, find_players
from players.facts import Recipient, load_recipients
from players.models import BlockedPlayer, Player

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


def test_load_recipients_reads_what_delivery_needs(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player(
        "ana",
        display_name="Ana 😀",
        language="fr",
        location={"country": "FR", "city": "Arles"},
        created_ms=1,
        last_seen_ms=2,
        segments={"COUNTRY": "FR"},
        script_data={"clan": {"name": "É"}},
    )
    assert load_recipients(stage.pk, [ana.pk]) == {
        ana.pk: Recipient(
            player_id=ana.pk,
            user_name="ana",
            display_name="Ana 😀",
            language="fr",
            country="FR",
            created_ms=1,
            last_seen_ms=2,
            segments={"COUNTRY": "FR"},
            script_data={"clan": {"name": "É"}},
        )
    }


def test_load_recipients_leaves_out_whom_the_stage_does_not_have(
    stage: Stage, live: Stage, add_player: AddPlayer
) -> None:
    elsewhere = add_player("ana", stage=live)
    assert load_recipients(stage.pk, [elsewhere.pk, "x"]) == {}
    assert load_recipients(stage.pk, []) == {}


def test_load_recipients_tells_who_blocks_the_sender(stage: Stage, add_player: AddPlayer) -> None:
    ana, bo, cy = add_player("ana"), add_player("bo"), add_player("cy")
    BlockedPlayer.objects.create(player=bo, blocked=ana)
    found = load_recipients(stage.pk, [bo.pk, cy.pk], sender=ana.pk)
    assert {id_: recipient.blocked for id_, recipient in found.items()} == {bo.pk: True, cy.pk: False}


@pytest.mark.parametrize(("count", "statements"), [(1, 1), (3, 1), (501, 2)])
def test_load_recipients_takes_a_statement_for_500(
    stage: Stage, django_assert_num_queries: DjangoAssertNumQueries, count: int, statements: int
) -> None:
    Player.objects.bulk_create(Player(stage=stage) for _ in range(count))
    ids = list(Player.objects.values_list("pk", flat=True))
    with django_assert_num_queries(statements):
        assert len(load_recipients(stage.pk, ids)) == count


def test_find_players_keeps_the_order_of_its_keys(stage: Stage, live: Stage, add_player: AddPlayer) -> None:
    ana, elsewhere = add_player("ana"), add_player("bo", stage=live)
    keys = [
        PlayerKey(live.pk, elsewhere.pk),
        PlayerKey(stage.pk, elsewhere.pk),
        PlayerKey(stage.pk, ana.pk),
    ]
    assert [found and found.display_name for found in find_players(keys)] == ["Bo", None, "Ana"]
