"""Pending matches and matches in the operators' admin."""

import json

from django.test import Client

from competition.models import Match, Participant, PendingMatch, WaitingPlayer
from games.models import AuditEntry, Collaborator
from messaging.models import PlayerMessage
from players.models import Player
from tests.portal.ops_client import client, world
from tests.portal.ops_client import competition_page as page
from tests.portal.ops_world import World, make_world

__all__ = ["client", "world"]


def test_a_pending_match_shows_who_waits_with_what(world: World, client: Client) -> None:
    pending = PendingMatch.objects.get()
    shown = page(client, f"pendingmatch/{pending.pk}/change/")
    player = Player.objects.get(user_name="aurelia0")
    assert f'href="/ops/players/player/{player.pk}/change/"' in shown
    for text in ("RANKED", "Group aurelia", "12.5", "{&quot;name&quot;: &quot;aurelia&quot;}"):
        assert text in shown


def test_a_match_shows_its_participants(world: World, client: Client) -> None:
    shown = page(client, f"match/{Match.objects.get().pk}/change/")
    assert "(peer 1, offline since" in shown
    assert "(peer 2, offline since" in shown


def test_cancelling_asks_first_tells_the_players_and_is_audited(world: World, client: Client) -> None:
    pending = PendingMatch.objects.get()
    address = f"pendingmatch/{pending.pk}/cancel/"
    assert "told that no match was found" in page(client, address)
    assert PendingMatch.objects.exists()
    answer = client.post(f"/ops/competition/{address}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ops/competition/pendingmatch/")
    assert (PendingMatch.objects.count(), WaitingPlayer.objects.count()) == (0, 0)
    told = PlayerMessage.objects.get(message__message_class="MatchNotFoundMessage")
    player = Player.objects.get(user_name="aurelia0")
    document = json.loads(told.document)
    assert (told.player_id, document["matchGroup"]) == (player.pk, "Group aurelia")
    assert document["participantData"] == {"name": "aurelia"}
    entry = AuditEntry.objects.get(action="match.cancelled")
    assert (entry.actor_name, entry.target, entry.game) == ("aurelia-staff", pending.pk, world.game)


def test_removing_a_match_tells_nobody_and_is_audited(world: World, client: Client) -> None:
    match, told = Match.objects.get(), PlayerMessage.objects.count()
    answer = client.post(f"/ops/competition/match/{match.pk}/remove/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ops/competition/match/")
    assert (Match.objects.count(), Participant.objects.count()) == (0, 0)
    assert PlayerMessage.objects.count() == told
    entry = AuditEntry.objects.get(action="match.removed")
    assert (entry.actor_name, entry.target, entry.game) == ("aurelia-staff", match.pk, world.game)


def test_who_may_only_look_cancels_and_removes_nothing(db: None) -> None:
    world = make_world("borealis", Collaborator.Role.VIEWER)
    client = Client()
    client.force_login(world.user)
    pending, match = PendingMatch.objects.get(), Match.objects.get()
    for address in (f"pendingmatch/{pending.pk}/cancel/", f"match/{match.pk}/remove/"):
        assert client.post(f"/ops/competition/{address}").status_code == 403
    assert (PendingMatch.objects.count(), Match.objects.count()) == (1, 1)
