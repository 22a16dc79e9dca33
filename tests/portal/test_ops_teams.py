"""Teams and their chat in the operators' admin."""

from django.test import Client

from competition import finding, teams
from competition.models import ChatMessage, Team
from competition.team_types import TeamType
from games.models import AuditEntry, Collaborator
from players import friends
from players.models import Friendship, Player
from tests.portal.ops_client import client, world
from tests.portal.ops_client import competition_page as page
from tests.portal.ops_world import World, make_world

__all__ = ["client", "world"]


def test_a_team_shows_its_members_and_leads_to_its_chat(world: World, client: Client) -> None:
    team = Team.objects.get()
    shown = page(client, f"team/{team.pk}/change/")
    player = Player.objects.get(user_name="aurelia0")
    assert f'href="/ops/players/player/{player.pk}/change/"' in shown
    assert f'href="/ops/competition/chatmessage/?team={team.pk}"' in shown
    assert "By aurelia" in page(client, f"chatmessage/?team={team.pk}")


def test_a_long_line_of_the_chat_is_cut_in_the_list_alone(world: World, client: Client) -> None:
    line = ChatMessage.objects.get()
    ChatMessage.objects.update(text="x" * 150)
    assert f"{'x' * 59}…" in page(client, "chatmessage/")
    assert "x" * 60 not in page(client, "chatmessage/")
    assert "x" * 150 in page(client, f"chatmessage/{line.pk}/change/")


def test_a_large_team_shows_its_first_members(world: World, client: Client) -> None:
    team = Team.objects.get()
    for number in range(60):
        player = Player.objects.create(stage=world.stage, display_name=f"Member {number}.")
        team.members.create(player=player)
    shown = page(client, f"team/{team.pk}/change/")
    assert "Member 48." in shown
    assert "Member 49." not in shown


def test_disbanding_asks_first_and_ends_the_team_with_what_it_made(world: World, client: Client) -> None:
    team, other = Team.objects.get(), Player.objects.get(user_name="aurelia1")
    team.members.create(player=other)
    friends.link(other.pk, [team.owner_id], friends.team(str(team.pk)))
    url = f"/ops/competition/team/{team.pk}/disband/"
    assert "Disband?" in client.get(url).content.decode()
    assert Team.objects.count() == 1
    answer = client.post(url, follow=True)
    assert "The team was disbanded." in answer.content.decode()
    assert (Team.objects.count(), ChatMessage.objects.count()) == (0, 0)
    assert list(Friendship.objects.values_list("source", flat=True)) == ["source-aurelia"]
    newest = AuditEntry.objects.filter(game=world.game)[0]
    assert (newest.actor_name, newest.action, newest.target) == (
        "aurelia-staff",
        "team.disbanded",
        "team-aurelia",
    )


def test_who_may_only_look_does_not_disband(db: None) -> None:
    world = make_world("borealis", Collaborator.Role.VIEWER)
    client = Client()
    client.force_login(world.user)
    team = Team.objects.get()
    assert client.post(f"/ops/competition/team/{team.pk}/disband/").status_code == 403
    assert Team.objects.count() == 1


def test_a_mandatory_team_may_be_disbanded_by_an_operator(world: World) -> None:
    owner = Player.objects.get(user_name="aurelia1")
    home = finding.mandatory(world.stage.pk, owner.pk, TeamType("HOME", mandatory=True))
    teams.disband(home, None)
    assert finding.mandatory(world.stage.pk, owner.pk, TeamType("HOME", mandatory=True)).pk != home.pk
