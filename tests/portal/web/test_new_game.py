"""The wizard that makes a game, and the page that says how to connect to it."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cloudcode.models import Script
from games.documents import encode, export_game
from games.models import AuditEntry, Collaborator, Credential, Game
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db
EMPTY = {"name": "Rockets", "description": "Up they go", "template": "empty"}


def walk(client: Client, first: dict[str, object], platforms: tuple[str, ...] = ()) -> Game:
    """Through all steps; the game that they made."""
    assert client.post("/new/", first).headers["Location"] == "/new/platforms/"
    answer = client.post("/new/platforms/", {"platforms": platforms, "next": ""})
    assert answer.headers["Location"] == "/new/push/"
    answer = client.post("/new/push/", {"push": "later"})
    return Game.objects.get(api_key=answer.headers["Location"].split("/")[2])


def test_who_has_push_credentials_at_hand_is_led_to_their_page(people: People) -> None:
    client = people.client("outsider")
    client.post("/new/", EMPTY)
    client.post("/new/platforms/", {"platforms": (), "next": ""})
    answer = client.post("/new/push/", {"push": "now"})
    game = Game.objects.get(name="Rockets")
    assert answer.headers["Location"] == f"/g/{game.api_key}/preview/push/"


def file(text: str | bytes, name: str = "game.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def from_file(content: SimpleUploadedFile) -> dict[str, object]:
    return {"name": "Rockets", "template": "file", "file": content}


def test_steps_make_a_game_that_its_maker_owns(people: People) -> None:
    game = walk(people.client("outsider"), dict(EMPTY), ("ios", "web"))
    assert (game.name, game.description, game.platforms) == ("Rockets", "Up they go", ["ios", "web"])
    assert game.stage("live").snapshot is None
    role = Collaborator.objects.get(game=game)
    assert (role.user.get_username(), role.role) == ("ours-outsider", "owner")
    assert AuditEntry.objects.filter(game=game, action="game.created").count() == 1


def test_nothing_is_made_before_the_last_step(people: People) -> None:
    client = people.client("outsider")
    client.post("/new/", EMPTY)
    client.post("/new/platforms/", {"platforms": ["ios"]})
    assert Game.objects.count() == 1
    page = client.get("/new/").content.decode()
    assert 'value="Rockets"' in page
    assert ">Up they go</textarea>" in page.replace("\n", "")
    assert 'value="ios"' in client.get("/new/platforms/").content.decode()


def test_later_steps_lead_to_the_first_while_it_is_not_filled_in(people: People) -> None:
    client = people.client("outsider")
    for url in ("/new/platforms/", "/new/push/"):
        assert client.get(url).headers["Location"] == "/new/"
        assert client.post(url, {"push": "later"}).headers["Location"] == "/new/"
    assert Game.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "Game OURS"}, "You own a game of this name."),
        ({"description": "x" * 501}, "at most 500 characters"),
        ({"template": "chess"}, "chess is not one of the available choices."),
        ({"template": "file"}, "Choose the file."),
    ],
)
def test_unfit_fields_are_said(people: People, given: dict[str, str], fault: str) -> None:
    client = people.client("owner")
    answer = client.post("/new/", EMPTY | given)
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert client.get("/new/platforms/").headers["Location"] == "/new/"


def test_the_demo_comes_under_another_name_and_key(people: People) -> None:
    client = people.client("outsider")
    first = walk(client, {"name": "My dice", "template": "demo"})
    second = walk(client, {"name": "More dice", "template": "demo"})
    assert (first.name, second.name) == ("My dice", "More dice")
    assert len({first.api_key, second.api_key, "demo"}) == 3
    for game in (first, second):
        assert '"shortCode": "DAILY_GIFT"' in export_game(game)
        assert Script.objects.filter(game=game).exists()


def test_a_document_keeps_its_key(people: People) -> None:
    document = {"format": "flint.game/1", "name": "Old", "apiKey": "old1", "messages": []}
    game = walk(people.client("outsider"), from_file(file(json.dumps(document))))
    assert (game.name, game.api_key) == ("Rockets", "old1")


def test_a_document_of_a_game_that_is_there_is_refused_and_changes_nothing(people: People) -> None:
    theirs = make_people("theirs")
    before = encode(export_game(theirs.game))
    document = {"format": "flint.game/1", "name": "Mine now", "apiKey": "THEIRS", "messages": []}
    answer = people.client("owner").post("/new/", from_file(file(json.dumps(document))))
    assert answer.status_code == 422
    assert "apiKey: theirs is taken by a game of this installation" in answer.content.decode()
    theirs.game.refresh_from_db()
    assert encode(export_game(theirs.game)) == before
    assert Game.objects.count() == 2


def test_every_fault_of_a_document_is_listed(people: People) -> None:
    document = {"format": "flint.game/1", "apiKey": "ab1", "messages": [{"shortCode": "Nothing"}], "x": 1}
    answer = people.client("owner").post("/new/", from_file(file(json.dumps(document))))
    page = answer.content.decode()
    assert answer.status_code == 422
    for fault in ("x: unknown key", "apiKey: expected 4 to 50 letters and digits", "messages[0]"):
        assert fault in page
    assert Game.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"{", "document: "),
        (b"\xff{}", "document: not UTF-8: byte 0"),
        (b" " * (2 * 1024 * 1024 + 1), "document: larger than 2 MB"),
        (b"PK\x03\x04 and no more", "scripts: "),
    ],
)
def test_a_file_that_is_no_document_is_refused(people: People, content: bytes, fault: str) -> None:
    answer = people.client("owner").post("/new/", from_file(file(content)))
    assert answer.status_code == 422
    assert fault in answer.content.decode()


def test_scripts_of_an_old_project_make_a_game(people: People) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("myGame/event/SCORE.js", "Spark.getLog().debug('hello');")
    client = people.client("outsider")
    game = walk(client, from_file(file(content.getvalue(), "project.zip")))
    assert [row.key for row in Script.objects.filter(game=game)] == ["event/SCORE"]
    assert [section["shortCode"] for section in json.loads(export_game(game))["events"]] == ["SCORE"]


def test_the_file_of_an_earlier_step_is_kept(people: People) -> None:
    client = people.client("outsider")
    document = {"format": "flint.game/1", "name": "Old", "apiKey": "old1"}
    client.post("/new/", from_file(file(json.dumps(document))))
    assert "game.json is here" in client.get("/new/").content.decode()
    assert walk(client, {"name": "Renamed", "template": "file"}).api_key == "old1"


# --- connecting --------------------------------------------------------------------------------------------


def secrets_of(game: Game) -> dict[str, str]:
    rows = Credential.objects.filter(game=game, short_code__in=("device", "server"))
    return {row.short_code: row.secret for row in rows}


def test_secrets_are_on_the_first_page_alone(people: People) -> None:
    client = people.client("outsider")
    game = walk(client, dict(EMPTY))
    secrets = secrets_of(game)
    url = f"/g/{game.api_key}/connect/"
    first, second = client.get(url).content.decode(), client.get(url).content.decode()
    assert all(secret in first for secret in secrets.values())
    assert not any(secret in second for secret in secrets.values())
    for page in (first, second):
        assert f"ws://testserver/preview/ws/device/{game.api_key}" in page
        assert f"ws://testserver/live/ws/device/{game.api_key}" in page


@pytest.mark.parametrize(
    ("role", "password", "status"),
    [
        ("owner", "right", 200),
        ("admin", "right", 200),
        ("owner", "wrong", 422),
        ("owner", "", 422),
        ("editor", "right", 403),
        ("viewer", "right", 403),
        ("outsider", "right", 404),
    ],
)
def test_secrets_are_shown_to_administrators_for_their_password(
    people: People, role: str, password: str, status: int
) -> None:
    answer = people.client(role).post("/g/ours/connect/", {"password": password})
    assert answer.status_code == status
    shown = [secret in answer.content.decode() for secret in secrets_of(people.game).values()]
    assert shown == [status == 200] * 2
    assert AuditEntry.objects.filter(action="credential.revealed").count() == (status == 200)


def test_the_box_says_when_the_first_client_connected(people: People) -> None:
    client = people.client("viewer")
    waiting = client.get("/g/ours/connect/seen/").content.decode()
    assert "for your first connection…" in waiting
    assert 'hx-get="/g/ours/connect/seen/"' in waiting
    people.game.stages.filter(name="live").update(
        first_connected_ms=1_790_000_000_000, first_client="<b>C</b>"
    )
    seen = client.get("/g/ours/connect/seen/").content.decode()
    assert "14:13:20 UTC" in seen
    assert "<bdi>&lt;b&gt;C&lt;/b&gt;</bdi>), on LIVE" in seen
    assert "hx-get" not in seen


NEEDS = {
    "GameSparks JavaScript SDK": "the whole URL: any host and port",
    "GameSparks Unity SDK (C#)": "wildcard DNS and certificate",
    "GameSparks C++ SDK (Unreal, Cocos)": "shorter than 256 characters",
    "GameSparks Lua SDK (Corona, Defold)": "the whole URL: any host and port",
    "GameSparks Java SDK (Android)": "a literal in the SDK&#x27;s source",
    "GameSparks Objective-C SDK (iOS)": "a literal in the SDK&#x27;s source",
}


def test_each_sdk_is_told_what_it_needs_and_that_we_do_not_run_it(people: People) -> None:
    page = people.client("viewer").get("/g/ours/connect/").content.decode()
    for label, needs in NEEDS.items():
        part = page.partition(f"<summary>{label}</summary>")[2].partition("</details>")[0]
        assert needs in part
        assert "Not run by our tests." in part
        assert "THE_SECRET" in part
        assert "ours" in part
