"""A player's devices: their state, the last outcomes, a test push, removal."""

import pytest
from django.utils.html import escape

from games.models import AuditEntry
from protocol.dates import now_ms
from push.explaining import explain
from push.models import Device, PushAttempt
from tests.portal.web.people import People
from tests.portal.web.player_rows import add_device, add_player, send
from tests.portal.web.test_player import shown, url_of

pytestmark = pytest.mark.django_db
TOKEN = "a1b2c3d4" * 8


def attempt(device: Device, copy_id: str, code: str, detail: str = "") -> None:
    PushAttempt.objects.create(
        stage=device.stage,
        device_id=device.pk,
        device_os=device.device_os,
        player_id=device.player_id,
        player_message_id=copy_id,
        message_class="FriendMessage",
        provider=device.provider,
        code=code,
        detail=detail,
        at_ms=now_ms(),
    )


def test_devices_show_state_and_last_outcomes_and_never_a_token(people: People) -> None:
    ana = add_player(people, "ana")
    device = add_device(ana, token=TOKEN)
    copy = send(ana)
    attempt(device, copy.pk, "sent")
    attempt(device, copy.pk, "TooManyRequests", "Apple says <later>.")
    page = shown(people, ana, "viewer", "devices/")
    for part in (
        "</span> pushed to</span>",
        "<bdi>…b2c3d4</bdi>".replace("b2c3d4", TOKEN[-6:]),
        "FriendMessage, <code>sent</code>",
        "<code>TooManyRequests</code> <bdi>Apple says &lt;later&gt;.</bdi>",
    ):
        assert part in page, part
    assert TOKEN not in page
    for name in ("test", "remove"):
        assert f'name="{name}"' not in page
        assert f'name="{name}"' in shown(people, ana, "editor", "devices/")


def test_a_pruned_device_says_why_and_what_to_do(people: People) -> None:
    ana = add_player(people, "ana")
    device = add_device(ana)
    Device.objects.filter(pk=device.pk).update(disabled="Unregistered")
    page, words = shown(people, ana, "editor", "devices/"), explain("Unregistered", "apns")
    for part in (
        "</span> pruned</span>",
        "<code>Unregistered</code>",
        escape(words.sentence),
        escape(words.remedy),
    ):
        assert part in page, part
    assert 'name="test"' not in page


def test_outcomes_of_others_are_not_shown(people: People) -> None:
    ana, bo = add_player(people, "ana"), add_player(people, "bo")
    add_device(ana)
    other = add_device(bo, token="d" * 64)
    attempt(other, send(bo).pk, "BadDeviceToken")
    assert "BadDeviceToken" not in shown(people, ana, "editor", "devices/")
    assert "BadDeviceToken" in shown(people, bo, "editor", "devices/")


def test_removal_is_asked_about_and_written_down(people: People) -> None:
    ana = add_player(people, "ana")
    device = add_device(ana, token=TOKEN)
    client = people.client("editor")
    assert (
        "Remove the device ios"
        in client.post(url_of(ana, "devices/"), {"remove": device.pk}).content.decode()
    )
    assert Device.objects.filter(pk=device.pk).exists()
    form = {"remove": device.pk, "sure": "1"}
    page = client.post(url_of(ana, "devices/"), form, follow=True).content.decode()
    assert "was removed." in page
    assert "has registered no device" in page
    entry = AuditEntry.objects.get(action="device.removed")
    assert (entry.actor_name, entry.target) == ("ours-editor", device.pk)
    assert entry.detail == {"stage": "preview", "player": ana.pk, "device": f"…{TOKEN[-6:]}"}


def test_devices_of_others_are_neither_removed_nor_pushed_to(people: People) -> None:
    ana, bo = add_player(people, "ana"), add_player(people, "bo")
    theirs = add_device(bo)
    client = people.client("owner")
    for form in ({"remove": theirs.pk, "sure": "1"}, {"test": theirs.pk}, {"remove": ""}):
        assert client.post(url_of(ana, "devices/"), form).status_code == 404, form
    assert Device.objects.filter(pk=theirs.pk).exists()
    assert not PushAttempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_push_says_what_came_of_it(people: People) -> None:
    ana = add_player(people, "ana")
    device = add_device(ana)
    answer = people.client("editor").post(url_of(ana, "devices/"), {"test": device.pk})
    page = answer.content.decode()
    assert "The sandbox recorded it; nothing was sent." in page
    kept = PushAttempt.objects.get()
    assert (kept.device_id, kept.code, kept.message_class) == (device.pk, "sandbox", "TestPush")
    assert "TestPush, <code>sandbox</code>" in page


def test_a_test_push_on_live_is_for_administrators_and_asked_about(people: People) -> None:
    ana = add_player(people, "ana", stage="live")
    device = add_device(ana)
    assert people.client("editor").post(url_of(ana, "devices/"), {"test": device.pk}).status_code == 403
    page = people.client("admin").post(url_of(ana, "devices/"), {"test": device.pk}).content.decode()
    assert "is shown on it." in page
    assert not PushAttempt.objects.exists()
