"""Where a player is logged in, and being logged out everywhere."""

import pytest

from games.models import AuditEntry
from players.models import AuthToken
from players.tokens import issue
from portal.web.views.player_sessions import shortened
from realtime.node import node_id
from tests.portal.web.people import People
from tests.portal.web.player_rows import add_player, online
from tests.portal.web.test_player import shown, url_of

pytestmark = pytest.mark.django_db


def test_sessions_show_sockets_and_tokens(people: People) -> None:
    ana, bo = add_player(people, "ana"), add_player(people, "bo")
    issue(ana.pk)
    token = AuthToken.objects.get(player=ana)
    with online(ana, device_id="<phone>"), online(bo, device_id="another"):
        page = shown(people, ana, "editor", "sessions/")
    for part in (
        "<bdi>&lt;phone&gt;</bdi>",
        "credential device",
        "</span> live</span>",
        "<code>192.0.2.17</code>",
        "1,234 bytes",
        f"<code>{node_id()}</code>",
        f"<code>{token.hash[:8]}…</code>",
    ):
        assert part in page, part
    assert "another" not in page
    assert token.hash not in page
    page = shown(people, ana, "editor", "sessions/")
    assert "None: the player is away." in page


def test_viewers_see_addresses_in_part_and_end_nothing(people: People) -> None:
    ana = add_player(people, "ana")
    with online(ana):
        page = shown(people, ana, "viewer", "sessions/")
    assert "<code>192.0.2.0/24</code>" in page
    assert "192.0.2.17" not in page
    assert 'name="disconnect"' not in page


@pytest.mark.parametrize(
    ("address", "shown_as"),
    [("192.0.2.17", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", ""), ("unix:", "")],
)
def test_addresses_are_shortened(address: str, shown_as: str) -> None:
    assert shortened(address) == shown_as


def test_logging_out_everywhere_is_asked_about_and_written_down(people: People) -> None:
    ana = add_player(people, "ana")
    issue(ana.pk)
    client = people.client("editor")
    assert "has to log in again" in client.post(url_of(ana, "sessions/"), {"disconnect": ""}).content.decode()
    assert AuthToken.objects.filter(player=ana).exists()
    form = {"disconnect": "", "sure": "1"}
    page = client.post(url_of(ana, "sessions/"), form, follow=True).content.decode()
    assert "The player was logged out everywhere." in page
    assert not AuthToken.objects.filter(player=ana).exists()
    entry = AuditEntry.objects.get(action="player.disconnect")
    assert (entry.actor_name, entry.target) == ("ours-editor", ana.pk)
