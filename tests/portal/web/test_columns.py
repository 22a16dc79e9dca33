"""Which columns of a table are shown: chosen for each user and table, without a script too."""

import re

import pytest
from django.test import Client

from players.models import Player
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
PLAYERS = "/g/ours/preview/players/"
MESSAGES = "/g/ours/messages/"


@pytest.fixture
def client(people: People) -> Client:
    Player.objects.create(stage=people.game.stage("preview"), user_name="ana", display_name="Ana")
    return people.client("editor")


def heads(client: Client, url: str) -> list[str]:
    page = client.get(url).content.decode()
    return re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.partition("</thead>")[0])


def labels(client: Client, url: str) -> set[str]:
    page = client.get(url).content.decode()
    return set(re.findall(r'<td role="cell" data-label="([^"]+)"', page))


def test_a_hidden_column_is_gone_from_its_table_alone(people: People, client: Client) -> None:
    every = ["Player", "Now", "Last seen", "Devices", "Unread", "Country", "Created"]
    assert heads(client, PLAYERS) == every
    sent = {"table": "players", "shown": ["seen", "created", "nothing"], "back": f"{PLAYERS}?q=ana"}
    assert client.post("/account/columns/", sent).headers["Location"] == f"{PLAYERS}?q=ana"
    assert heads(client, PLAYERS) == ["Player", "Last seen", "Created"]
    assert labels(client, PLAYERS) == {"Last seen", "Created"}
    assert len(heads(client, MESSAGES)) == 8
    assert heads(people.client("viewer"), PLAYERS) == every
    client.post("/account/columns/", {"table": "messages", "shown": ["push"], "back": MESSAGES})
    assert heads(client, MESSAGES) == ["Message", "Push"]
    assert labels(client, MESSAGES) == {"Push"}
    assert heads(client, PLAYERS) == ["Player", "Last seen", "Created"]


def test_the_form_says_what_is_shown_and_leads_back(client: Client) -> None:
    client.post("/account/columns/", {"table": "players", "shown": ["seen"], "back": PLAYERS})
    fields = read_form(client.get(f"{PLAYERS}?q=ana").content.decode(), "choose-columns")
    assert fields["shown"] == ["seen"]
    assert fields["back"] == [f"{PLAYERS}?q=ana"]
    assert "(5 hidden)" in client.get(PLAYERS).content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "x"])
def test_it_leads_nowhere_else(client: Client, back: str) -> None:
    answer = client.post("/account/columns/", {"table": "players", "back": back})
    assert answer.headers["Location"] == "/"


def test_a_row_that_is_drawn_anew_has_the_same_columns(client: Client) -> None:
    client.post("/account/columns/", {"table": "messages", "shown": ["push"], "back": MESSAGES})
    answer = client.post(
        f"{MESSAGES}FriendMessage/switch/", {"switch": "push", "on": "0"}, headers={"HX-Request": "true"}
    )
    assert re.findall(r'data-label="([^"]+)"', answer.content.decode()) == ["Push"]
