"""What waits for one device leaves as one push, where the account says so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from games.models import Stage
from protocol.dates import now_ms
from push.accounts import set_account
from push.claims import LaneKey, claim
from push.coalescing import fill_count, grouped
from push.models import OutboxPush, PushAttempt, PushCount
from push.outbox import enqueue
from push.sender import Sender
from push.sizes import LIMITS, payload_size
from realtime import database
from tests.push.keys import p8_key, pem
from tests.push.recorder import HOUR_MS, IOS_TOKEN, Recorder, make_device, push_to
from tests.push.sending import account_of, device_of, make_due, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_TOKEN = "ef" * 32


def waiting(id: str, device: str = "d", tries: int = 1, key: str = "", coalesces: bool = True) -> OutboxPush:
    """Claimed, as `grouped` gets it. Ids are in the order of creation."""
    return OutboxPush(
        id=id, device_id=device, tries=tries, collapse_key=key or id, created_ms=1, coalesces=coalesces
    )


def shown(rows: list[OutboxPush]) -> list[tuple[str, str, list[str]]]:
    """The groups: what is sent, its collapse key, and what leaves in it."""
    return [
        (group.row.id, group.row.collapse_key, [row.id for row in group.others]) for group in grouped(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ([waiting("b"), waiting("a"), waiting("c")], [("c", "a", ["a", "b"])]),
        ([waiting("a"), waiting("b", device="e")], [("a", "a", []), ("b", "b", [])]),
        (
            [waiting("a", coalesces=False), waiting("b", coalesces=False)],
            [("a", "a", []), ("b", "b", [])],
        ),
        # What may have been shown under its key is replaced by what is newer.
        ([waiting("a", tries=2), waiting("b")], [("b", "a", ["a"])]),
        # Both may have been shown, each under its own key.
        ([waiting("a", tries=2), waiting("b", tries=2), waiting("c")], [("a", "a", []), ("c", "b", ["b"])]),
        ([waiting("a", tries=2), waiting("b", tries=2, key="a")], [("b", "a", ["a"])]),
        ([], []),
    ],
)
def test_what_leaves_together(rows: list[OutboxPush], groups: list[tuple[str, str, list[str]]]):
    assert shown(rows) == groups


async def test_what_waits_for_a_device_leaves_as_one_push_the_newest_with_how_many(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(coalesce=True))
    device, other = await device_of(live), await device_of(live, "ios", OTHER_TOKEN)
    items = [push_to(device, {"aps": {"alert": {"body": text}}}) for text in ("one", "two", "three")]
    await queue(live, [*items, push_to(other)])
    await send_all(sender)
    to_device, to_other = sorted(apns.delivered, key=lambda each: str(each["token"]))
    assert (to_device["payload"]["aps"], to_device["payload"]["coalesced"]) == (
        {"alert": {"body": "three (+2)"}},
        3,
    )
    assert to_device["collapseKey"] == items[0].player_message_id
    assert "coalesced" not in to_other["payload"]
    assert recorder.reasons == ["pushed"] * 4
    into = f"Sent in the push of message {items[2].player_message_id}, the newest of 3."
    log = {
        id: (code, detail)
        for id, code, detail in await rows(PushAttempt, "player_message_id", "code", "detail")
    }
    assert [log[item.player_message_id] for item in items] == [
        ("coalesced", into),
        ("coalesced", into),
        ("sent", ""),
    ]
    assert await rows(PushCount, "sent", "failed") == [(2, 0)]


async def test_without_the_option_each_message_is_a_push(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(3)])
    await send_all(sender)
    assert len(apns.delivered) == 3


async def test_a_push_that_failed_takes_along_what_came_since_under_its_key(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    """The first attempt was accepted and its answer lost: the device shows one, not two."""
    apns.fault("reset_after", IOS_TOKEN, times=1)
    await account_of(live, "apns", apns.document(coalesce=True))
    device = await device_of(live)
    first, second, third = (push_to(device, {"aps": {"alert": text}}) for text in "abc")
    await queue(live, [first])
    await send_all(sender)
    await queue(live, [second, third])
    await send_all(sender)
    assert [(each["payload"]["aps"]["alert"], each["collapseKey"]) for each in apns.delivered] == [
        ("a", first.player_message_id),
        ("c (+2)", first.player_message_id),
    ]
    assert recorder.reasons == ["push_retrying:connection_lost", *["pushed"] * 3]
    assert await rows(OutboxPush, "id") == []


async def test_every_message_of_a_push_that_failed_is_tried_again(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    fcm.fault("unavailable", "t", times=1)
    await account_of(live, "fcm", fcm.document(coalesce=True))
    device = await device_of(live, "android", "t")
    await queue(live, [push_to(device, {"notification": {"body": "b"}, "data": {}}) for _ in range(3)])
    await send_all(sender)
    assert await rows(OutboxPush, "claim", "tries") == [("", 1)] * 3
    assert len(set(await rows(OutboxPush, "collapse_key"))) == 1
    await make_due()
    await send_all(sender)
    assert recorder.reasons == ["push_retrying:UNAVAILABLE"] * 3 + ["pushed"] * 3
    [delivered] = fcm.delivered
    assert delivered["payload"]["data"]["coalesced"] == "3"


async def test_a_message_that_cannot_be_sent_takes_no_other_with_it(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(coalesce=True))
    device = await device_of(live)
    older, newest = push_to(device), push_to(device, {"aps": {"alert": "x" * 5000}})
    await queue(live, [older, newest])
    await send_all(sender)
    await send_all(sender)
    codes = [
        code
        for id, code in await rows(PushAttempt, "player_message_id", "code")
        if id == older.player_message_id
    ]
    assert codes == ["PayloadTooLarge", "sent"]
    assert sorted(recorder.reasons) == [
        "push_failed:PayloadTooLarge",
        "push_retrying:PayloadTooLarge",
        "pushed",
    ]
    assert [each["payload"]["aps"]["alert"]["body"] for each in apns.delivered] == ["Bo rolled a six"]


async def test_a_message_that_expires_before_the_retry_is_given_up_alone(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    fcm.fault("unavailable", "t", seconds=600)
    await account_of(live, "fcm", fcm.document(coalesce=True))
    device = await device_of(live, "android", "t")
    lasting, newest = push_to(device), push_to(device, expires_ms=now_ms() + HOUR_MS // 12)
    await queue(live, [lasting, newest])
    await send_all(sender)
    assert await rows(OutboxPush, "player_message_id") == [(lasting.player_message_id,)]
    assert sorted(recorder.reasons) == ["push_failed:UNAVAILABLE", "push_retrying:UNAVAILABLE"]


async def test_a_dead_token_ends_every_message_of_the_push(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    fcm.refuses("t", "UNREGISTERED")
    await account_of(live, "fcm", fcm.document(coalesce=True))
    device = await device_of(live, "android", "t")
    await queue(live, [push_to(device) for _ in range(2)])
    await send_all(sender)
    assert recorder.reasons == ["push_failed:UNREGISTERED"] * 2
    assert await rows(OutboxPush, "id") == []


async def test_what_waits_for_its_account_s_correction_is_not_tried_with_every_new_message(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    document = apns.document(coalesce=True)
    wrong = document | {"credentials": document["credentials"] | {"p8": pem(p8_key("wrong"))}}
    await account_of(live, "apns", wrong)
    device = await device_of(live)
    for _ in range(3):
        await queue(live, [push_to(device)])
        await send_all(sender)
    assert recorder.reasons == ["push_failed:InvalidProviderToken"] * 3
    await account_of(live, "apns", document)
    await send_all(sender)
    assert recorder.reasons[3:] == ["pushed"] * 3
    assert await rows(OutboxPush, "id") == []


async def test_what_is_no_longer_wanted_is_not_counted(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(coalesce=True))
    device = await device_of(live)
    read, other, newest = (push_to(device) for _ in range(3))
    recorder.unwanted[read.player_message_id] = "suppressed_read"
    await queue(live, [read, other, newest])
    await send_all(sender)
    assert [each["payload"]["coalesced"] for each in apns.delivered] == [2]


async def test_a_claim_takes_along_what_its_places_would_not_hold(
    live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(coalesce=True))
    device, other = await device_of(live), await device_of(live, "ios", OTHER_TOKEN)
    await queue(live, [push_to(device), push_to(other), *(push_to(device) for _ in range(5))])
    batch = await database.run(claim, LaneKey(live.pk, "apns"), 1)
    assert (batch.found, [len(claimed.others) for claimed in batch.claimed]) == (1, [5])
    left = await database.run(claim, LaneKey(live.pk, "apns"), 10)
    assert [claimed.row.device_id for claimed in left.claimed] == [other.pk]


async def test_a_worker_that_dies_leaves_its_push_as_one_under_the_same_key(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(coalesce=True))
    device = await device_of(live)
    first, *others = (push_to(device) for _ in range(3))
    await queue(live, [first, *others])
    dead: Any = await database.run(claim, LaneKey(live.pk, "apns"), 10)
    await make_due()
    await queue(live, [push_to(device)])
    await send_all(sender)
    [delivered] = apns.delivered
    assert dead.claimed[0].notification.collapse_key == first.player_message_id
    assert (delivered["collapseKey"], delivered["payload"]["coalesced"]) == (first.player_message_id, 4)


def test_four_workers_take_each_message_once(live: Stage, recorder: Recorder):
    set_account(live, "fcm", {"sandbox": True, "coalesce": True})
    devices = [make_device(live, "android", f"t{number}") for number in range(5)]
    enqueue(live.pk, [push_to(device) for _ in range(20) for device in devices])

    def claim_all() -> list[str]:
        taken: list[str] = []
        batch = claim(LaneKey(live.pk, "fcm"), 2)
        while batch.found:
            taken += [row.id for claimed in batch.claimed for row in (claimed.row, *claimed.others)]
            batch = claim(LaneKey(live.pk, "fcm"), 2)
        connection.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [id for worker in [pool.submit(claim_all) for _ in range(4)] for id in worker.result()]
    assert sorted(taken) == sorted(OutboxPush.objects.values_list("id", flat=True))
    assert len(taken) == 100
    assert set(OutboxPush.objects.values_list("tries", flat=True)) == {1}


@pytest.mark.parametrize(
    ("provider", "payload", "told"),
    [
        ("apns", {"aps": {"alert": "a"}}, {"aps": {"alert": "a (+2)"}, "coalesced": 3}),
        ("apns", {"aps": {"content-available": 1}}, {"aps": {"content-available": 1}, "coalesced": 3}),
        (
            "apns",
            {"aps": {"alert": {"loc-key": "K"}}, "coalesced": "mine"},
            {"aps": {"alert": {"loc-key": "K"}}, "coalesced": "mine"},
        ),
        (
            "fcm",
            {"notification": {"title": "t", "body": "b"}, "data": {}},
            {"notification": {"title": "t", "body": "b (+2)"}, "data": {"coalesced": "3"}},
        ),
        ("fcm", {"data": {"k": "v"}}, {"data": {"k": "v", "coalesced": "3"}}),
        ("adm", {"data": {"message": "m"}}, {"data": {"message": "m (+2)", "coalesced": "3"}}),
        ("web", {"title": "t", "body": "b"}, {"title": "t", "body": "b (+2)", "coalesced": 3}),
        ("wns", {"title": "t"}, {"title": "t", "coalesced": 3}),
    ],
)
def test_the_payload_tells_how_many(provider: str, payload: dict[str, Any], told: dict[str, Any]):
    fill_count(provider, payload, 3)
    assert payload == told


@pytest.mark.parametrize("provider", LIMITS)
def test_a_payload_without_room_for_it_stays_as_it_is(provider: str):
    def payload(length: int) -> dict[str, Any]:
        return {
            "apns": {"aps": {"alert": "x" * length}},
            "fcm": {"notification": {"body": "x" * length}, "data": {}},
            "adm": {"data": {"message": "x" * length}},
        }.get(provider, {"body": "x" * length})

    full = payload(LIMITS[provider] - payload_size(provider, payload(0)))
    expected = payload(LIMITS[provider] - payload_size(provider, payload(0)))
    fill_count(provider, full, 3)
    assert full == expected
