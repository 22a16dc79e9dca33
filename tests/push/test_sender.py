import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from games.models import Stage
from protocol.dates import now_ms
from push import attempting
from push.claims import LEASE_MS, LaneKey, claim
from push.models import OutboxPush, PushAttempt
from push.sender import Sender
from realtime import database
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, make_due, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_stalled_provider_starves_no_other_account(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, fcm: FcmServer
):
    apns.fault("black_hole")
    await account_of(live, "apns", apns.document())
    await account_of(live, "fcm", fcm.document())
    ios, android = await device_of(live), await device_of(live, "android", "t")
    await queue(live, [push_to(ios) for _ in range(150)])
    await queue(live, [push_to(android) for _ in range(150)])
    await sender.send_due()
    await recorder.until(150)
    assert recorder.reasons == ["pushed"] * 150
    assert len(apns.pushes) == 100  # the lane's bound
    apns.recovers()
    apns.release()
    await sender.idle()
    assert recorder.reasons == ["pushed"] * 300


async def test_stalled_push_is_tried_again(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempting, "SEND_TIMEOUT", 0.2)
    apns.fault("black_hole", IOS_TOKEN)
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    apns.recovers()
    await make_due()
    await send_all(sender)
    assert recorder.reasons == ["push_retrying:timeout", "pushed"]


async def test_provider_that_is_back_is_found_although_an_earlier_try_is_still_unanswered(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempting, "SEND_TIMEOUT", 0.2)
    monkeypatch.setattr("push.breaker.PAUSE", 0.1)
    monkeypatch.setattr("push.sender.PATIENCE", 0.1)
    apns.fault("black_hole")
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(5)])
    await send_all(sender)
    monkeypatch.setattr(attempting, "SEND_TIMEOUT", 60)
    await queue(live, [push_to(device) for _ in range(20)])
    await _send_until(sender, lambda: len(apns.pushes) == 6)
    apns.recovers()
    await _send_until(sender, lambda: len(apns.delivered) == 19)
    assert recorder.reasons[5:] == ["pushed"] * len(recorder.reasons[5:])
    assert len(apns.pushes) == 6 + 19


async def test_provider_in_trouble_is_tried_with_one_push(
    sender: Sender,
    live: Stage,
    recorder: Recorder,
    apns: ApnsServer,
    fcm: FcmServer,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(attempting, "SEND_TIMEOUT", 0.2)
    monkeypatch.setattr("push.breaker.PAUSE", 0.1)
    apns.fault("black_hole")
    await account_of(live, "apns", apns.document())
    await account_of(live, "fcm", fcm.document())
    ios, android = await device_of(live), await device_of(live, "android", "t")
    await queue(live, [push_to(ios) for _ in range(5)])
    await send_all(sender)
    monkeypatch.setattr("push.breaker.PAUSE", 60)
    await queue(live, [push_to(ios) for _ in range(20)])
    await _send_until(sender, lambda: len(apns.pushes) > 5)
    for number in range(1, 6):
        await queue(live, [push_to(android)])
        await _send_until(sender, partial(_has, fcm, number))
    assert len(apns.pushes) == 6


def _has(server: FcmServer, count: int) -> bool:
    return len(server.delivered) == count


async def _send_until(sender: Sender, true: Callable[[], bool]) -> None:
    """As the worker's job does, only oftener."""
    async with asyncio.timeout(10):
        while not true():
            await sender.send_due()
            await asyncio.sleep(0.02)


async def test_row_of_a_dead_worker_is_taken_over_when_its_lease_ends(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    dead = await database.run(claim, LaneKey(live.pk, "apns"), 10)
    await send_all(sender)
    assert apns.pushes == []  # still the dead one's
    [(due_ms,)] = await rows(OutboxPush, "due_ms")
    assert LEASE_MS - 5000 < due_ms - now_ms() <= LEASE_MS
    await make_due()
    await send_all(sender)
    assert (len(dead.claimed), recorder.reasons) == (1, ["pushed"])


async def test_outcome_of_a_late_worker_is_not_written(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    """The late one's provider answers after the row was taken over."""
    apns.fault("black_hole")
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    late = Sender()
    await late.send_due()
    await apns.until(lambda: len(apns.pushes) == 1)
    await make_due()
    taken_over = await database.run(claim, LaneKey(live.pk, "apns"), 10)
    apns.release()
    await late.idle()
    await late.stop()
    assert len(taken_over.claimed) == 1
    assert (recorder.reasons, await rows(PushAttempt, "id")) == ([], [])
    assert await rows(OutboxPush, "claim") == [(taken_over.claimed[0].row.claim,)]


async def test_claims_of_two_workers_never_share_a_row(preview: Stage, recorder: Recorder):
    device = await device_of(preview)
    await queue(preview, [push_to(device) for _ in range(10)])
    key = LaneKey(preview.pk, "apns")
    first, second = await asyncio.gather(database.run(claim, key, 6), database.run(claim, key, 6))
    ids = {claimed.row.id for batch in (first, second) for claimed in batch.claimed}
    assert sorted([len(first.claimed), len(second.claimed), len(ids)]) == [4, 6, 10]


async def test_row_that_always_ends_its_process_ends_itself(
    sender: Sender, preview: Stage, recorder: Recorder
):
    await queue(preview, [push_to(await device_of(preview))])
    await database.run(lambda: OutboxPush.objects.update(tries=40))
    await send_all(sender)
    assert recorder.reasons == ["push_failed:gave_up"]


async def test_outcome_that_cannot_be_written_does_not_repeat_the_push(
    sender: Sender,
    live: Stage,
    recorder: Recorder,
    apns: ApnsServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    def broken(outcomes: object) -> None:
        raise ValueError("the owner's fault")

    monkeypatch.setattr("push.hooks.hooks.outcome", broken)
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    assert await rows(OutboxPush, "id") == []
    assert "The outcome of a push could not be written; it is given up" in caplog.text


async def test_stop_leaves_what_is_in_flight_to_the_lease(
    live: Stage, recorder: Recorder, apns: ApnsServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.sender.PATIENCE", 0.1)
    apns.fault("black_hole")
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    sender = Sender()
    await sender.send_due()
    await apns.until(lambda: len(apns.pushes) == 1)
    await sender.stop()
    [(mark,)] = await rows(OutboxPush, "claim")
    assert mark
    assert recorder.reasons == []


async def test_payload_that_is_not_an_object_fails_alone(sender: Sender, preview: Stage, recorder: Recorder):
    device = await device_of(preview)
    await queue(preview, [push_to(device, payload="[1]"), push_to(device)])
    await send_all(sender)
    assert sorted(recorder.reasons) == ["push_failed:bad_payload", "pushed_sandbox"]


async def test_attempt_says_what_of_the_message_did_not_fit(
    sender: Sender, preview: Stage, live: Stage, recorder: Recorder, apns: ApnsServer
):
    note = "The summary was shortened from 5000 characters to 10."
    await queue(preview, [push_to(await device_of(preview), note=note)])
    await account_of(live, "apns", apns.document())
    large = {"aps": {"alert": "x" * 5000}}
    await queue(live, [push_to(await device_of(live), large, note=note)])
    await send_all(sender)
    details = dict(await rows(PushAttempt, "code", "detail"))
    assert details["sandbox"].endswith(f" {note}")
    assert details["PayloadTooLarge"] == f"The payload is 5020 bytes, 4096 are allowed. {note}"
    assert sorted(recorder.reasons) == ["push_failed:PayloadTooLarge", "pushed_sandbox"]
    assert apns.requests == []


async def test_many_rows_take_few_statements(sender: Sender, preview: Stage, recorder: Recorder):
    device = await device_of(preview)
    counts = []
    for count in (10, 90):
        await queue(preview, [push_to(device) for _ in range(count)])
        counts.append(await database.run(_statements_of_claim, preview))
    assert counts[0] == counts[1]


def _statements_of_claim(stage: Stage) -> int:
    connection.force_debug_cursor = True
    try:
        before = len(connection.queries_log)
        with transaction.atomic():
            batch = claim(LaneKey(stage.pk, "apns"), 100)
        OutboxPush.objects.filter(pk__in=[claimed.row.pk for claimed in batch.claimed]).delete()
        return len(connection.queries_log) - before
    finally:
        connection.force_debug_cursor = False
