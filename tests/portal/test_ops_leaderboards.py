"""Leaderboards in the operators' admin."""

import pytest
from django.test import Client

from competition.leaderboards import counts
from competition.models import BoardEntry, BoardInstance
from games.config_store import configs
from games.models import AuditEntry, Collaborator
from games.sections import all_sections
from tests.portal.ops_client import client, world
from tests.portal.ops_client import competition_page as page
from tests.portal.ops_world import World, make_world

__all__ = ["client", "world"]


def configure(world: World, update: str = "realtime") -> None:
    """The leaderboard HS is one of the game's."""
    event = {"shortCode": "E", "attributes": [{"shortCode": "S", "type": "number", "aggregation": "max"}]}
    fields = [{"runningTotal": "E", "collector": "S", "sort": "desc"}]
    board = {"shortCode": "HS", "updateFrequency": update, "fields": fields}
    for section in all_sections():
        if section.name in ("events", "leaderboards"):
            section.apply(world.game, [event] if section.name == "events" else [board], None)
    configs.clear()


def latest(world: World) -> tuple[str, str, str]:
    entry = AuditEntry.objects.filter(game=world.game).latest("id")
    return entry.actor_name, entry.action, entry.target


def test_a_list_says_how_many_stand_on_it_and_leads_to_them(client: Client) -> None:
    board, entry = BoardInstance.objects.get(), BoardEntry.objects.get()
    shown = page(client, f"boardinstance/{board.pk}/change/")
    assert f'href="/ops/competition/boardentry/?instance={board.pk}"' in shown
    assert "BY &quot;aurelia&quot;" in page(client, f"boardentry/?instance={board.pk}")
    assert 'name="_save"' not in page(client, f"boardentry/{entry.pk}/change/")


def test_a_removed_entry_asks_first_and_is_counted_no_more(world: World, client: Client) -> None:
    configure(world)
    board, entry = BoardInstance.objects.get(), BoardEntry.objects.get()
    address = f"/ops/competition/boardentry/{entry.pk}/take_off/"
    assert "bring it back" in client.get(address).content.decode()
    assert BoardEntry.objects.count() == 1
    client.post(address)
    assert (BoardEntry.objects.count(), counts.count(board.pk)) == (0, 0)
    assert latest(world) == ("aurelia-staff", "leaderboard.entries_deleted", board.code)


def test_an_entry_of_a_build_stays(world: World, client: Client) -> None:
    configure(world, "daily")
    entry = BoardEntry.objects.get()
    answer = client.post(f"/ops/competition/boardentry/{entry.pk}/take_off/", follow=True)
    assert "HS is not kept in real time." in answer.content.decode()
    assert BoardEntry.objects.count() == 1


def test_a_list_is_archived_and_dropped(world: World, client: Client) -> None:
    board = BoardInstance.objects.get()
    address = f"/ops/competition/boardinstance/{board.pk}"
    client.post(f"{address}/archive/")
    assert BoardInstance.objects.get().archived
    assert latest(world) == ("aurelia-staff", "leaderboard.archived", board.code)
    client.post(f"{address}/drop/")
    assert (BoardInstance.objects.count(), BoardEntry.objects.count()) == (0, 0)
    assert latest(world) == ("aurelia-staff", "leaderboard.dropped", board.code)


@pytest.mark.parametrize("action", ["archive", "drop"])
def test_who_may_only_look_changes_nothing(action: str, db: None) -> None:
    world = make_world("borealis", Collaborator.Role.VIEWER)
    client = Client()
    client.force_login(world.user)
    board = BoardInstance.objects.get()
    answer = client.post(f"/ops/competition/boardinstance/{board.pk}/{action}/")
    assert (answer.status_code, BoardInstance.objects.filter(archived=False).count()) == (403, 1)
