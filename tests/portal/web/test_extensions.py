"""Script message extensions: adding, renaming, deleting one, and when that is refused."""

import pytest

from cloudcode.scripts import save_script
from messaging.message_settings import save_extension
from messaging.models import Broadcast, Message, MessageType
from protocol.dates import now_ms
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
URL = "/g/ours/messages/"
GIFT = f"{URL}ScriptMessage_GIFT/"


def test_an_extension_is_added_and_edited_next(people: People) -> None:
    client = people.client("editor")
    form = {"short_code": "GIFT", "name": "Daily gift", "description": "Once a day"}
    answer = client.post(f"{URL}extensions/new/", form, follow=True)
    assert answer.redirect_chain == [(GIFT, 302)]
    assert "GIFT was added." in answer.content.decode()
    page = client.get(f"{URL}extensions/").content.decode()
    assert "<bdi>Daily gift</bdi>" in page
    assert 'href="/g/ours/messages/ScriptMessage_GIFT/"' in page


@pytest.mark.parametrize("code", ["gift", "GIFT", "1GIFT", "G" * 65, "", "GIFT\n"])
def test_a_code_that_will_not_do_is_refused_beside_its_field(people: People, code: str) -> None:
    save_extension(people.game, "GIFT", "", "", None)
    before = MessageType.objects.count()
    answer = people.client("editor").post(f"{URL}extensions/new/", {"short_code": code})
    if code == "GIFT\n":  # spaces around are taken off
        assert b"has an extension of this short code" in answer.content
    assert answer.status_code == 422
    assert b'href="#id_short_code"' in answer.content
    assert MessageType.objects.count() == before


def test_an_extension_is_renamed(people: People) -> None:
    save_extension(people.game, "GIFT", "Old", "", None)
    client = people.client("editor")
    assert b'value="Old"' in client.get(f"{GIFT}extension/").content
    client.post(f"{GIFT}extension/", {"name": "New", "description": "Why"})
    row = MessageType.objects.get(game=people.game, key="ScriptMessage_GIFT")
    assert (row.name, row.description) == ("New", "Why")


def test_an_extension_that_nothing_uses_is_deleted(people: People) -> None:
    save_extension(people.game, "GIFT", "", "", None)
    client = people.client("editor")
    answer = client.post(f"{GIFT}extension/", {"delete": ""}, follow=True)
    assert "GIFT was deleted." in answer.content.decode()
    assert client.get(GIFT).status_code == 404


@pytest.mark.parametrize(
    ("script", "text", "use"),
    [
        ("modules/gifts", "var code = 'GIFT';", "script modules/gifts, which names it"),
        (
            "message-user/ScriptMessage_GIFT",
            "Spark.getData();",
            "script message-user/ScriptMessage_GIFT, bound to it",
        ),
    ],
    ids=["named", "bound"],
)
def test_an_extension_is_not_deleted_while_a_script_uses_it(
    people: People, script: str, text: str, use: str
) -> None:
    save_extension(people.game, "GIFT", "", "", None)
    save_extension(people.game, "GIFTS", "", "", None)
    save_script(people.game, script, text, None)
    client = people.client("editor")
    answer = client.post(f"{GIFT}extension/", {"delete": ""})
    assert answer.status_code == 422
    assert f"used by {use}" in answer.content.decode()
    assert client.get(GIFT).status_code == 200
    assert use.removeprefix("script ") in client.get(f"{GIFT}uses/").content.decode()
    assert client.post(f"{URL}ScriptMessage_GIFTS/extension/", {"delete": ""}).status_code == 302


def test_an_extension_is_not_deleted_while_a_broadcast_of_it_goes_on(people: People) -> None:
    save_extension(people.game, "GIFT", "", "", None)
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7}
    message = Message.objects.create(
        stage=people.game.stage("live"), message_class="ScriptMessage", ext_code="GIFT", **times
    )
    broadcast = Broadcast.objects.create(
        message=message, stage=message.stage, audience="all", created_ms=times["created_ms"]
    )
    client = people.client("editor")
    page = client.post(f"{GIFT}extension/", {"delete": ""}).content.decode()
    assert f"used by broadcast {message.pk} on live" in page
    broadcast.ended_ms = now_ms()
    broadcast.save()
    assert client.post(f"{GIFT}extension/", {"delete": ""}).status_code == 302


def test_flints_own_extensions_stay(people: People) -> None:
    url = f"{URL}ScriptMessage_FLINT_FRIEND_INVITE/extension/"
    client = people.client("editor")
    assert b'name="delete"' not in client.get(url).content
    answer = client.post(url, {"delete": ""})
    assert answer.status_code == 422
    assert b"every game has it" in answer.content


def test_a_standard_class_is_no_extension(people: People) -> None:
    assert people.client("editor").get(f"{URL}FriendMessage/extension/").status_code == 404
