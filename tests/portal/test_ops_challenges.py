"""Challenges and their chat in the operators' admin."""

import json

import pytest
from django.test import Client

from competition.models import Challenge, ChallengeChat
from games.models import AuditEntry, Collaborator
from messaging.models import PlayerMessage
from players.models import Player
from tests.portal.ops_client import client, world
from tests.portal.ops_client import competition_page as page
from tests.portal.ops_world import World, make_world

__all__ = ["client", "world"]


def press(client: Client, challenge: Challenge, button: str) -> str:
    url = f"/ops/competition/challenge/{challenge.pk}/{button}/"
    assert f"{button.title()}?" in client.get(url).content.decode()
    return client.post(url, follow=True).content.decode()


def told() -> list[tuple[str, str]]:
    """Who got which message, by user name."""
    copies = PlayerMessage.objects.select_related("player").order_by("message_id", "id")
    return [
        (json.loads(copy.document)["@class"], copy.player.user_name or "")
        for copy in copies
        if "Challenge" in copy.document
    ]


def test_a_challenge_shows_its_players_and_leads_to_its_chat(world: World, client: Client) -> None:
    challenge = Challenge.objects.get()
    shown = page(client, f"challenge/{challenge.pk}/change/")
    for player in Player.objects.all():
        assert f'href="/ops/players/player/{player.pk}/change/"' in shown
    assert "(invited, 0 turns)" in shown
    assert f'href="/ops/competition/challengechat/?challenge={challenge.pk}"' in shown
    assert "Said by aurelia" in page(client, f"challengechat/?challenge={challenge.pk}")
    line = ChallengeChat.objects.get()
    assert "Said by aurelia" in page(client, f"challengechat/{line.pk}/change/")


def test_withdrawing_tells_those_challenged_and_is_audited(world: World, client: Client) -> None:
    challenge = Challenge.objects.get()
    assert "The challenge was withdrawn." in press(client, challenge, "withdraw")
    challenge.refresh_from_db()
    assert (challenge.state, challenge.ended_by, challenge.due_ms) == ("WITHDRAWN", "operator", None)
    assert told() == [(".ChallengeWithdrawnMessage", "aurelia1")]
    newest = AuditEntry.objects.filter(game=world.game)[0]
    assert (newest.actor_name, newest.action, newest.target) == (
        "aurelia-staff",
        "challenge.withdrawn",
        challenge.pk,
    )
    assert "challenge.withdrawn" in page(client, f"challenge/{challenge.pk}/history/")


def test_finishing_tells_the_players_who_won_and_is_audited(world: World, client: Client) -> None:
    challenge = Challenge.objects.get()
    challenge.players.update(stand="accepted")
    Challenge.objects.update(state="RUNNING")
    assert "The challenge was finished." in press(client, challenge, "finish")
    challenge.refresh_from_db()
    assert (challenge.state, challenge.ended_by) == ("COMPLETE", "operator")
    assert told() == [
        (".ChallengeDrawnMessage", "aurelia0"),
        (".ChallengeDrawnMessage", "aurelia1"),
    ]
    newest = AuditEntry.objects.filter(game=world.game)[0]
    assert (newest.action, newest.target) == ("challenge.finished", challenge.pk)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("ISSUED", ["withdraw"]),
        ("WAITING", ["withdraw"]),
        ("RUNNING", ["finish"]),
        ("COMPLETE", []),
        ("EXPIRED", []),
    ],
)
def test_only_what_can_be_done_is_offered(
    state: str, buttons: list[str], world: World, client: Client
) -> None:
    Challenge.objects.update(state=state)
    shown = page(client, f"challenge/{Challenge.objects.get().pk}/change/")
    offered = [button for button in ("withdraw", "finish") if f"/{button}/" in shown]
    assert offered == buttons


def test_what_cannot_be_done_any_more_says_so(world: World, client: Client) -> None:
    challenge = Challenge.objects.get()
    before = AuditEntry.objects.count()
    assert "It is ISSUED and cannot be finished." in press(client, challenge, "finish")
    challenge.players.update(stand="accepted")
    Challenge.objects.update(state="RUNNING")
    assert "It is RUNNING and cannot be withdrawn." in press(client, challenge, "withdraw")
    assert (told(), AuditEntry.objects.count()) == ([], before)


def test_who_may_only_look_ends_nothing(db: None) -> None:
    world = make_world("borealis", Collaborator.Role.VIEWER)
    client = Client()
    client.force_login(world.user)
    challenge = Challenge.objects.get()
    for button in ("withdraw", "finish"):
        assert client.post(f"/ops/competition/challenge/{challenge.pk}/{button}/").status_code == 403
    challenge.refresh_from_db()
    assert challenge.state == "ISSUED"
