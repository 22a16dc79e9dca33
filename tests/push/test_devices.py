import hashlib
import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from games.models import Stage
from push import devices
from push.devices import DeviceInfo, InvalidDeviceOS
from push.models import Device
from push.providers import InvalidToken
from tests.push.recorder import IOS_TOKEN, make_device, make_player

WNS = "https://db3.notify.windows.com/?token=AgYAAAB"
SUBSCRIPTION: dict[str, Any] = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
WEB = json.dumps(SUBSCRIPTION)
KEYS: dict[str, str] = SUBSCRIPTION["keys"]


@pytest.mark.parametrize(
    ("device_os", "token", "stored_os", "provider"),
    [
        ("ios", IOS_TOKEN, "ios", "apns"),
        ("IOS", IOS_TOKEN, "ios", "apns"),
        ("iOS", IOS_TOKEN, "ios", "apns"),
        ("ANDROID", "token", "android", "fcm"),
        ("fcm", "token", "fcm", "fcm"),
        ("Kindle", "amzn1.adm-registration", "kindle", "adm"),
        ("W8", WNS, "w8", "wns"),
        ("wp8", WNS, "wp8", "wns"),
        ("WP8", "an address of the ended service", "wp8", "mpns"),
        ("viber", "token", "viber", "viber"),
        ("web", WEB, "web", "web"),
    ],
)
def test_register_takes_every_type_in_any_case(
    preview: Stage, device_os: str, token: str, stored_os: str, provider: str
):
    device = devices.register(make_player(preview), device_os, token)
    assert (device.device_os, device.provider, device.push_id) == (stored_os, provider, token)


@pytest.mark.parametrize("device_os", ["MacOS", "Linux", "js", "", "tizen", "ios\0"])
def test_register_refuses_other_types(preview: Stage, device_os: str):
    with pytest.raises(InvalidDeviceOS):
        devices.register(make_player(preview), device_os, "token")


@pytest.mark.parametrize(
    ("device_os", "token"),
    [
        ("ios", ""),
        ("ios", "  "),
        ("android", "x" * 4097),
        ("w8", "token"),
        ("w8", "http://db3.notify.windows.com/?token=A"),
        ("w8", "https://notify.windows.com.example.org/"),
        ("w8", "https://user@db3.notify.windows.com/"),
        ("w8", "https://169.254.169.254/"),
        ("w8", "https://db3.notify.windows.com/?token=A\r\nX: y"),
        ("w8", "https://db3.notify.windows.com/?token=ä"),
        ("web", "token"),
        ("web", "[]"),
        ("web", json.dumps({"endpoint": SUBSCRIPTION["endpoint"]})),
        ("web", json.dumps(SUBSCRIPTION | {"endpoint": "https://10.0.0.1/push"})),
        ("web", json.dumps(SUBSCRIPTION | {"endpoint": "https://example.org/push"})),
        ("web", json.dumps(SUBSCRIPTION | {"keys": {"p256dh": "B"}})),
        ("web", json.dumps(SUBSCRIPTION | {"keys": KEYS | {"auth": "dG9vIHNob3J0"}})),
        ("web", json.dumps(SUBSCRIPTION | {"keys": KEYS | {"auth": 7}})),
        ("web", json.dumps(SUBSCRIPTION | {"keys": KEYS | {"p256dh": KEYS["p256dh"][:-2] + "AA"}})),
        ("web", json.dumps(SUBSCRIPTION | {"keys": KEYS | {"p256dh": "!" + KEYS["p256dh"][1:]}})),
        ("web", json.dumps(SUBSCRIPTION | {"endpoint": 7})),
    ],
)
def test_register_refuses_tokens_that_cannot_be(preview: Stage, device_os: str, token: str):
    with pytest.raises(InvalidToken):
        devices.register(make_player(preview), device_os, token)
    assert Device.objects.count() == 0


def test_register_again_keeps_the_registration(preview: Stage):
    player = make_player(preview)
    first = devices.register(player, "ios", IOS_TOKEN)
    Device.objects.update(disabled="Unregistered", updated_ms=1)
    second = devices.register(player, "IOS", f" {IOS_TOKEN}\n")
    assert (second.pk, second.disabled, second.created_ms) == (first.pk, "", first.created_ms)
    assert second.updated_ms >= first.updated_ms


def test_token_of_another_player_moves(preview: Stage):
    ada, bo = make_player(preview, "ada"), make_player(preview, "bo")
    first = devices.register(ada, "ios", IOS_TOKEN)
    second = devices.register(bo, "ios", IOS_TOKEN)
    assert second.pk == first.pk
    assert devices.devices_of([ada.pk, bo.pk]) == {bo.pk: [DeviceInfo(first.pk, "ios", "apns")]}


def test_stages_do_not_share_tokens(preview: Stage, live: Stage):
    ada, other = make_player(preview), make_player(live)
    devices.register(ada, "ios", IOS_TOKEN)
    devices.register(other, "ios", IOS_TOKEN)
    assert sorted(devices.devices_of([ada.pk, other.pk])) == sorted([ada.pk, other.pk])


def test_same_subscription_written_otherwise_is_the_same_device(preview: Stage):
    player = make_player(preview)
    devices.register(player, "web", WEB)
    devices.register(player, "web", json.dumps(SUBSCRIPTION, indent=1))
    assert Device.objects.get().push_hash == hashlib.sha256(SUBSCRIPTION["endpoint"].encode()).hexdigest()


def test_past_twenty_devices_the_one_registered_longest_ago_goes(preview: Stage):
    player = make_player(preview)
    for number in range(20):
        devices.register(player, "android", f"token-{number}")
    Device.objects.filter(push_id="token-7").update(updated_ms=1)
    devices.register(player, "android", "token-20")
    left = set(Device.objects.values_list("push_id", flat=True))
    assert left == {f"token-{number}" for number in range(21)} - {"token-7"}


def test_unregister_is_for_one_s_own_device_only(preview: Stage):
    device = make_device(preview)
    other = make_player(preview, "bo")
    assert not devices.unregister(other.pk, device.pk)
    assert devices.unregister(device.player_id, device.pk)
    assert not devices.unregister(device.player_id, device.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_devices_of_takes_one_query(
    preview: Stage, django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    owners = [make_device(preview, token=f"{number:064x}").player_id for number in range(count)]
    with django_assert_num_queries(1):
        assert sorted(devices.devices_of(owners)) == sorted(owners)


def test_disabled_devices_are_left_out(preview: Stage):
    device = make_device(preview)
    Device.objects.update(disabled="Unregistered")
    assert devices.devices_of([device.player_id]) == {}


def test_device_shows_the_end_of_its_token_only(preview: Stage):
    device = make_device(preview)
    assert (str(device), repr(device)) == ("ios …b2c3d4", "<Device: ios …b2c3d4>")
    assert str(Device(device_os="fcm", push_id="short")) == "fcm …"
    assert str(Device(device_os="web", provider="web", push_id=WEB)) == "web …/gAAAA"


def test_rename_takes_the_provider_s_own_name_for_the_device(preview: Stage):
    device = make_device(preview, "kindle", "old")
    devices.rename(device.pk, "new", device.updated_ms)
    devices.register(device.player, "kindle", "new")
    assert list(Device.objects.values_list("pk", "push_id", "disabled")) == [(device.pk, "new", "")]


def test_rename_leaves_a_device_alone_that_registered_since(preview: Stage):
    device = make_device(preview, "kindle", "old")
    devices.rename(device.pk, "new", device.updated_ms - 1)
    assert Device.objects.get().push_id == "old"


def test_rename_to_a_registered_token_ends_the_older_registration(preview: Stage):
    device, same = make_device(preview, "kindle", "old"), make_device(preview, "kindle", "new")
    devices.rename(device.pk, "new", device.updated_ms)
    rows = Device.objects.order_by("pk").values_list("pk", "push_id", "disabled")
    assert list(rows) == [(device.pk, "old", "replaced"), (same.pk, "new", "")]
