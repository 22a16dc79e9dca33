"""Whoever deletes players, by whichever road, tells before what waits for them."""

from collections.abc import Callable, Collection

import pytest
from django.contrib import admin
from django.db import connection

from players import departures
from players.models import Player
from players.sessions import set_banned

pytestmark = pytest.mark.django_db

Told = list[tuple[list[str], bool]]
AddPlayer = Callable[..., Player]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Who was said to go, and whether for good; they were all still there, in a transaction."""
    heard: Told = []

    def tell(player_ids: Collection[str], deleted: bool) -> None:
        assert connection.in_atomic_block
        assert Player.objects.filter(pk__in=player_ids, banned=False).count() == len(player_ids)
        heard.append((sorted(player_ids), deleted))

    monkeypatch.setattr(departures, "_told", [tell])
    return heard


def test_a_player_a_query_and_the_admin_tell_of_deletions(add_player: AddPlayer, told: Told) -> None:
    ids = [add_player(f"p{number}").pk for number in range(6)]
    Player.objects.get(pk=ids[0]).delete()
    Player.objects.filter(pk__in=ids[1:3]).delete()
    Player.objects.get(pk=ids[3]).stage.players.filter(pk=ids[3]).delete()
    admin.ModelAdmin(Player, admin.site).delete_queryset(None, Player.objects.filter(pk__in=ids[4:]))  # type: ignore[arg-type]
    assert told == [([ids[0]], True), (ids[1:3], True), ([ids[3]], True), (ids[4:], True)]
    assert Player.objects.count() == 0


def test_nobody_is_told_of_nobody(told: Told) -> None:
    Player.objects.all().delete()
    assert told == []


def test_a_ban_is_told_and_its_end_is_not(add_player: AddPlayer, told: Told) -> None:
    ana = add_player("ana")
    set_banned(ana, True, None)
    set_banned(ana, False, None)
    assert told == [([ana.pk], False)]


def test_where_a_stage_goes_nothing_waits_any_more(add_player: AddPlayer, told: Told) -> None:
    add_player("ana").stage.game.delete()
    assert (told, Player.objects.count()) == ([], 0)
