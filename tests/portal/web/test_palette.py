"""What the command palette finds, and for whom."""

import re

import pytest
from django.test import Client

from messaging.models import MessageType
from players.models import Player
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db
URL = "/g/ours/preview/palette/"


def hits(client: Client, q: str = "", url: str = URL, **headers: str) -> list[tuple[str, str]]:
    """(address, words) of each, those without an address by what they do."""
    answer = client.get(url, {"q": q}, headers=headers)
    assert answer.status_code == 200
    found = re.findall(r'<(?:a|div) role="option".*?</(?:a|div)>', answer.content.decode(), re.DOTALL)
    return [
        (
            re.findall(r'(?:href|data-opens|data-sends)="(.*?)"', hit)[0],
            " ".join(re.sub("<[^>]*>", " ", hit).split()),
        )
        for hit in found
    ]


def test_all_words_have_to_be_in_the_name_in_whatever_case(people: People) -> None:
    client = people.client("viewer")
    assert hits(client, "challengest") == [
        ("/g/ours/messages/ChallengeStartedMessage/", "ChallengeStartedMessage Multiplayer")
    ]
    assert hits(client, "LOG push") == [("/g/ours/preview/push/log/", "Push log Messaging")]
    assert hits(client, "no such thing") == []
    assert "Nothing is called" in client.get(URL, {"q": "<b>"}).content.decode()
    assert "<b>" not in client.get(URL, {"q": "<b>"}).content.decode()


def test_extensions_are_found_by_code_and_by_name(people: People) -> None:
    MessageType.objects.create(game=people.game, key="ScriptMessage_GIFT", name="Daily present")
    expected = [("/g/ours/messages/ScriptMessage_GIFT/", "GIFT Extensions, Daily present")]
    assert hits(people.client("viewer"), "gift") == expected
    assert hits(people.client("viewer"), "present") == expected


def test_players_of_the_stage_are_found_by_names_and_id(people: People) -> None:
    stage, live = people.game.stage("preview"), people.game.stage("live")
    ana = Player.objects.create(stage=stage, user_name="ana-1", display_name="Queen")
    Player.objects.create(stage=live, user_name="ana-2", display_name="Queen")
    expected = [(f"/g/ours/preview/players/{ana.pk}/", f"Queen preview, {ana.pk}")]
    for asked in ("ana", "Queen", ana.pk):
        assert hits(people.client("viewer"), asked) == expected
    assert hits(people.client("viewer"), "ana-2") == []


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("viewer", []),
        ("editor", ["New extension", "New segment", "New segment query"]),
        ("admin", ["New extension", "New segment", "New segment query", "New credential"]),
    ],
)
def test_actions_are_those_of_the_role(people: People, role: str, labels: list[str]) -> None:
    found = [words for _, words in hits(people.client(role), "new") if "Message" not in words]
    assert found == [*labels, "New game"]


def test_pages_are_those_of_the_role(people: People) -> None:
    for role, there in (("viewer", False), ("editor", False), ("admin", True)):
        assert (("/g/ours/audit/", "Audit log Settings") in hits(people.client(role))) is there


def test_the_page_on_the_other_stage_is_offered(people: People) -> None:
    client = people.client("viewer")
    here = {"HX-Current-URL": "http://testserver/g/ours/preview/push/log/?code=X"}
    assert hits(client, "switch", **here) == [("/g/ours/live/push/log/", "Switch to LIVE This page")]
    for elsewhere in ("http://testserver/g/ours/messages/", "http://testserver/nowhere", "//["):
        assert hits(client, "switch", **{"HX-Current-URL": elsewhere}) == []


def test_outside_of_games_there_are_the_games_and_the_account(people: People) -> None:
    make_people("theirs")
    client = people.client("editor")
    assert hits(client, "game ours", "/palette/") == [("/g/ours/messages/", "Game ours ours")]
    assert hits(client, "theirs", "/palette/") == []
    assert hits(client, "ChallengeStarted", "/palette/") == []
    assert [address for address, _ in hits(client, "", "/palette/")] == [
        "/",
        "/account/",
        "/account/password/",
        "/account/second-step/",
        "/account/sessions/",
        "/account/tokens/",
        "/new/",
        "shortcuts",
        "sign-out",
    ]
