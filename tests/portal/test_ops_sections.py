"""The sections of the configuration in the operators' admin, item by item."""

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competition.models import GameFile, StoredFile
from games.documents import import_game
from games.exports import export_document
from games.models import AuditEntry, Collaborator, Game, User
from games.publishing import create_game
from games.section_items import find_item, item_sections, items_of
from tests.games.duel import TEXT
from tests.portal.ops_forms import Form
from tests.portal.ops_world import make_world


@pytest.fixture
def game(db: None) -> Game:
    owner = User.objects.create_user("olga", is_staff=True)
    return import_game(TEXT, owner).game


@pytest.fixture
def client(game: Game) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="olga"))
    return client


def address(game: Game, *steps: str) -> str:
    return "/".join(["/ops/games/storedsection/game", str(game.pk), *steps, ""])


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, url: str, **changes: Any) -> str:
    """The form as it stands on the page, with changes; what is shown then."""
    values = {**Form(page(client, url)).values, **changes}
    sent = {name: value for name, value in values.items() if value is not None}
    answer = client.post(url, sent, follow=True)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_sections_and_their_items_are_listed(game: Game, client: Client) -> None:
    shown = page(client, f"/ops/games/storedsection/?game={game.pk}")
    for name in item_sections():
        url = address(game, name)
        assert f'href="{url}"' in shown
        listed = page(client, url)
        assert [
            f'href="{address(game, name, item["shortCode"])}"' in listed for item in items_of(game, name)
        ] == [True] * len(items_of(game, name))


def test_every_item_s_form_comes_back_as_it_was(game: Game, client: Client) -> None:
    before = export_document(game)
    count = 0
    for name in item_sections():
        for item in items_of(game, name):
            assert "Nothing had changed." in send(client, address(game, name, item["shortCode"]))
            count += 1
    assert export_document(game) == before
    assert count > 12


def test_an_event_is_added_row_by_row(game: Game, client: Client) -> None:
    url = address(game, "events", "add", "item")
    assert "attributes[0].shortCode" not in page(client, url)
    form = Form(
        client.post(url, {"shortCode": "LAP", "attributes.count": "0", "_add": "attributes"}).content.decode()
    )
    assert (form.values["shortCode"], form.values["attributes.count"]) == ("LAP", "1")
    form.values |= {
        "attributes[0].shortCode": "TIME",
        "attributes[0].type": "number",
        "attributes[0].aggregation": "min",
        "attributes[0].default": "12.5",
    }
    answer = client.post(url, form.values, follow=True)
    assert "LAP was added; preview has it now." in answer.content.decode()
    assert find_item(game, "events", "LAP") == {
        "shortCode": "LAP",
        "name": "",
        "description": "",
        "attributes": [
            {"shortCode": "TIME", "name": "", "type": "number", "default": 12.5, "aggregation": "min"}
        ],
    }
    entry = AuditEntry.objects.filter(game=game).latest("id")
    assert (entry.actor_name, entry.action, entry.target) == ("olga", "section.item_added", "events LAP")


def test_rows_are_moved_and_removed_before_anything_is_saved(game: Game, client: Client) -> None:
    event = find_item(game, "events", "SCORE")
    assert event is not None
    codes = [each["shortCode"] for each in event["attributes"]]
    url = address(game, "events", "SCORE")
    start = Form(page(client, url)).values

    def shown(**pressed: str) -> list[str]:
        form = Form(client.post(url, {**start, **pressed}).content.decode())
        count = int(form.values["attributes.count"])
        return [form.values[f"attributes[{at}].shortCode"] for at in range(count)]

    assert shown(_up="attributes[1]") == [codes[1], codes[0], *codes[2:]]
    assert shown(_remove="attributes[0]") == codes[1:]
    assert shown(_up="attributes[0]") == shown(_remove="attributes[99]") == codes
    assert find_item(game, "events", "SCORE") == event


def test_faults_stand_beside_what_they_are_about(game: Game, client: Client) -> None:
    url = address(game, "leaderboards", "HS")
    shown = send(client, url, **{"topN": "many", "fields[0].collector": "GONE", "fields[0].filter.op": "eq"})
    assert '<p class="ops-faults" data-path="topN">expected a number</p>' in shown
    assert 'data-path="fields[0].collector">unknown event attribute "SCORE.GONE"</p>' in shown
    assert 'value="many"' in shown
    assert "Nothing was saved." in shown
    board = find_item(game, "leaderboards", "HS")
    assert board is not None
    assert board["fields"][0]["collector"] != "GONE"


def test_what_is_no_json_is_said_where_it_stands(game: Game, client: Client) -> None:
    url = address(game, "properties", "DROP_RATE")
    shown = send(client, url, json='{"rare": NaN}')
    assert 'data-path="json">no JSON: NaN is not JSON</p>' in shown
    assert '{"rare": NaN}' in shown
    assert "DROP_RATE was changed" in send(client, url, json='{"rare": [1, null, "x"]}')
    item = find_item(game, "properties", "DROP_RATE")
    assert item is not None
    assert item["json"] == {"rare": [1, None, "x"]}


@pytest.mark.parametrize("said", ["NaN", "1e999", "Infinity", "true", '"1"', "1_0", "0x1"])
def test_a_number_is_a_number(said: str, game: Game, client: Client) -> None:
    shown = send(client, address(game, "teams", "CLAN"), maxMembers=said)
    assert 'data-path="maxMembers">expected a number' in shown


def test_an_empty_number_is_its_default_and_an_empty_choice_a_fault(game: Game, client: Client) -> None:
    send(client, address(game, "teams", "CLAN"), maxMembers="")
    team = find_item(game, "teams", "CLAN")
    assert team is not None
    assert team["maxMembers"] == 0
    shown = send(client, address(game, "events", "SCORE"), **{"attributes[0].type": ""})
    assert 'data-path="attributes[0].type">required' in shown


def test_what_is_in_use_is_not_deleted_and_its_users_are_named(game: Game, client: Client) -> None:
    url = address(game, "leaderboards", "HS", "delete")
    assert "Delete it?" in page(client, url)
    shown = html.unescape(client.post(url, follow=True).content.decode())
    assert "HS is in use: achievements FIRST_WIN, leaderboard: unknown leaderboard" in shown
    assert find_item(game, "leaderboards", "HS") is not None
    url = address(game, "propertySets", "BALANCE", "delete")
    assert "BALANCE was deleted" in client.post(url, follow=True).content.decode()
    assert find_item(game, "propertySets", "BALANCE") is None
    assert client.get(url).status_code == 404


def test_a_downloadable_s_file_is_uploaded_with_its_item(game: Game, client: Client) -> None:
    url = address(game, "downloadables", "add", "item")
    file = SimpleUploadedFile("map.bin", b"the map")
    shown = send(client, url, shortCode="MAP", upload=file)
    assert "MAP was added" in shown
    item = find_item(game, "downloadables", "MAP")
    assert item is not None
    kept = GameFile.objects.get(game=game)
    assert item["file"] == {"name": "map.bin", "sha256": kept.sha256, "size": 7}


def test_the_file_of_an_item_that_is_refused_is_not_kept(game: Game, client: Client) -> None:
    url = address(game, "downloadables", "add", "item")
    shown = send(client, url, shortCode="M.P", upload=SimpleUploadedFile("map.bin", b"the map"))
    assert 'data-path="shortCode">expected letters' in shown
    assert (GameFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert "map.bin" not in shown


def test_who_may_only_look_changes_nothing(db: None) -> None:
    world = make_world("borealis", Collaborator.Role.VIEWER)
    client = Client()
    client.force_login(world.user)
    url = address(world.game, "properties", "borealis")
    shown = page(client, url)
    assert '<fieldset class="ops-item" disabled>' in shown
    assert "Save" not in shown
    for refused in (url, f"{url}delete/", address(world.game, "properties", "add", "item")):
        assert client.post(refused, {"json": "1", "shortCode": "X"}).status_code == 403
    assert client.get(address(world.game, "properties", "add", "item")).status_code == 403


def test_other_games_and_sections_are_not_found(game: Game, client: Client) -> None:
    other = create_game("Other", None, "other0000")
    for url in (
        address(other, "events"),
        address(game, "scripts"),
        address(game, "credentials"),
        address(game, "events", "GONE"),
        address(game, "events", "GONE", "delete"),
    ):
        assert client.get(url).status_code == 404


def test_what_an_item_says_is_text_on_the_page(game: Game, client: Client) -> None:
    attack = '"><script>alert(1)</script>'
    send(client, address(game, "teams", "CLAN"), name=attack)
    for url in (address(game, "teams"), address(game, "teams", "CLAN")):
        assert "<script>alert" not in page(client, url)
    assert Form(page(client, address(game, "teams", "CLAN"))).values["name"] == attack


def test_a_value_that_is_ignored_is_warned_of_when_saved(game: Game, client: Client) -> None:
    url = address(game, "runningTotals", "RT")
    shown = send(client, url, **{"collectors[0].filter.op": "any"})
    assert "RT was changed" in shown
    assert "collectors[0].filter.value is ignored: everything passes the operator any." in shown
    assert "is ignored" not in send(client, url, **{"collectors[0].filter.op": "gt"})
