"""A player's segments: set and cleared, which queries match and why, which variant a message would have."""

import pytest

from games.models import AuditEntry
from messaging.message_settings import message_type, save_extension, save_version
from players.models import Player
from players.segment_settings import delete, save_query, save_segment
from tests.portal.web.people import People
from tests.portal.web.player_rows import add_player
from tests.portal.web.test_player import shown, url_of

pytestmark = pytest.mark.django_db
NAMED = {"name": "", "description": ""}


@pytest.fixture
def ana(people: People) -> Player:
    save_segment(people.game, "COUNTRY", None, values={"FR": NAMED, "DE": NAMED})
    save_segment(people.game, "TIER", None, values={"GOLD": NAMED})
    return add_player(people, "ana", segments={"TIER": "GOLD"})


def test_values_are_set_and_cleared(people: People, ana: Player) -> None:
    client = people.client("editor")
    form = {"segment-COUNTRY": "FR", "segment-TIER": ""}
    page = client.post(url_of(ana, "segments/"), form, follow=True).content.decode()
    assert "Set: COUNTRY to FR, TIER to nothing." in page
    ana.refresh_from_db()
    assert ana.segments == {"COUNTRY": "FR"}
    rows = AuditEntry.objects.filter(action="player.segment").order_by("id")
    assert [(row.actor_name, row.target, row.detail) for row in rows] == [
        ("ours-editor", ana.pk, {"segment": "COUNTRY", "value": "FR"}),
        ("ours-editor", ana.pk, {"segment": "TIER", "value": None}),
    ]
    page = client.post(url_of(ana, "segments/"), {"segment-COUNTRY": "FR"}, follow=True).content.decode()
    assert "Nothing had changed." in page
    assert rows.count() == 2


def test_a_value_that_there_is_not_is_refused(people: People, ana: Player) -> None:
    answer = people.client("editor").post(url_of(ana, "segments/"), {"segment-COUNTRY": "XX"})
    assert answer.status_code == 422
    ana.refresh_from_db()
    assert ana.segments == {"TIER": "GOLD"}


def test_viewers_read_and_set_nothing(people: People, ana: Player) -> None:
    assert 'name="save"' not in shown(people, ana, "viewer", "segments/")
    assert people.client("viewer").post(url_of(ana, "segments/"), {"segment-TIER": ""}).status_code == 403


def test_values_of_segments_that_are_gone_are_kept_in_sight(people: People, ana: Player) -> None:
    delete(people.game.segments.get(short_code="TIER"), None)
    page = shown(people, ana, "editor", "segments/")
    assert "Of segments that the game has no more: <bdi>TIER</bdi> <bdi>GOLD</bdi>." in page


def test_queries_say_whether_they_match_and_why(people: People, ana: Player) -> None:
    gold = {"all": [{"segment": "TIER", "is": "GOLD"}, {"field": "displayName", "op": "eq", "value": "Bo"}]}
    save_query(people.game, "GOLDEN_BO", None, query=gold)
    save_query(people.game, "GOLDEN", None, query={"segment": "TIER", "is": "GOLD"})
    page = shown(people, ana, "viewer", "segments/")
    golden, bo = page.split("<summary>")[1:3]
    assert "<b>GOLDEN</b>" in golden
    assert "</span> Matches</span>" in golden
    assert "<b>GOLDEN_BO</b>" in bo
    assert "</span> Does not match</span>" in bo
    assert '<bdi>displayName is Bo</bdi>; <span class="muted">has</span> <code><bdi>Pascal</bdi></code>' in bo


def test_each_message_says_which_variant_the_player_would_get(people: People, ana: Player) -> None:
    save_query(people.game, "GERMAN", None, query={"segment": "COUNTRY", "is": "DE"})
    save_query(people.game, "GOLDEN", None, query={"segment": "TIER", "is": "GOLD"})
    variants = [{"segmentQuery": code, "title": code} for code in ("GERMAN", "GOLDEN")]
    save_version(message_type(people.game, "FriendMessage"), {"variants": variants}, None)
    german = [{"segmentQuery": {"segment": "COUNTRY", "is": "DE"}, "title": "Hallo"}]
    save_version(message_type(people.game, "TeamChatMessage"), {"variants": german}, None)
    save_extension(people.game, "GIFT", "", "", None)
    save_version(message_type(people.game, "ScriptMessage_GIFT"), {"variants": german}, None)
    page = shown(people, ana, "viewer", "segments/")
    assert "<b>FriendMessage</b>: variant 2, GOLDEN</summary>" in page
    assert "<b>TeamChatMessage</b>: its own texts</summary>" in page
    assert page.count("<b>ScriptMessage_GIFT</b>") == 1
