"""From a push that leaves to its opening, and what both are counted as."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from games.models import Stage
from players.models import Player
from protocol.dates import now_ms
from protocol.dispatch import dispatch
from protocol.ids import new_id
from protocol.run import Run
from protocol.session import Rights, Session
from push.claims import LaneKey, claim
from push.counting import Kind, day_of
from push.jobs import DAY_MS, drop_old_counts, drop_old_receipts
from push.models import OutboxPush, PushAttempt, PushCount, PushReceipt
from push.opened_http import MOST_BYTES, Openings
from push.receipt_tokens import fill_receipt, make_token, read_token
from push.receipts import NotPushed, TooLate, opened, opened_by
from push.sender import Sender
from push.sizes import LIMITS, payload_size
from realtime import database
from tests.push.recorder import Recorder, make_player, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import FcmServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("process_ended")]

COUNTS = ("message_class", "variant", "provider", "sent", "failed", "opened")


SHOWN: dict[str, Any] = {"notification": {"body": "Bo rolled a six"}, "data": {}}


def today() -> str:
    return day_of(now_ms())


def kind_of(stage: Stage, day: str = "") -> Kind:
    return Kind(stage.pk, day or today(), "FriendMessage", None, "fcm")


async def call(body: bytes, method: str = "POST", path: str = "/push/opened") -> tuple[int, Any]:
    """Status and document of what the application answers."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "client": ("127.0.0.1", 5), "headers": []}
    await Openings(elsewhere)(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"] or b"null")


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def post_of(token: str) -> bytes:
    return json.dumps({"token": token}).encode()


async def test_a_push_that_is_opened_counts_once_however_often_it_is_told(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    await account_of(live, "fcm", fcm.document())
    device = await device_of(live, "android", "t")
    item, *others = (push_to(device, SHOWN, variant=variant) for variant in (2, 2, None))
    await queue(live, [item, *others])
    await send_all(sender)
    tokens = [message["data"]["receipt"] for message in fcm.messages]
    told = [read_token(token)[0] for token in tokens]
    token = tokens[told.index(item.player_message_id)]
    assert [await call(post_of(token)) for _ in range(3)] == [(204, None)] * 3
    assert await database.run(opened_by, item.player_id, item.player_message_id) is False
    assert await rows(PushReceipt, "player_message_id", "provider") == [(item.player_message_id, "fcm")]
    assert sorted(await rows(PushCount, *COUNTS)) == [
        ("FriendMessage", -1, "fcm", 1, 0, 0),
        ("FriendMessage", 2, "fcm", 2, 0, 1),
    ]


async def test_pushes_that_were_given_up_are_counted_and_the_sandbox_s_are_not(
    sender: Sender, live: Stage, preview: Stage, recorder: Recorder, fcm: FcmServer
):
    await account_of(live, "fcm", fcm.document())
    fcm.refuses("gone", "UNREGISTERED")
    await queue(live, [push_to(await device_of(live, "android", "gone"))])
    recorded = push_to(await device_of(preview, "android", "t"), SHOWN)
    await queue(preview, [recorded])
    await send_all(sender)
    assert await rows(PushCount, *COUNTS) == [("FriendMessage", -1, "fcm", 0, 1, 0)]
    [payload] = [each for (each,) in await rows(PushAttempt, "payload") if each]
    assert "receipt" not in payload
    with pytest.raises(NotPushed):
        await database.run(opened_by, recorded.player_id, recorded.player_message_id)


async def test_a_push_is_opened_before_its_outcome_is_written(
    live: Stage, recorder: Recorder, fcm: FcmServer
):
    await account_of(live, "fcm", fcm.document())
    item = push_to(await device_of(live, "android", "t"), SHOWN)
    await queue(live, [item])
    batch = await database.run(claim, LaneKey(live.pk, "fcm"), 10)
    assert batch.claimed[0].notification is not None
    token = batch.claimed[0].notification.payload["data"]["receipt"]
    assert await call(post_of(token)) == (204, None)
    assert await rows(PushCount, *COUNTS) == [("FriendMessage", -1, "fcm", 0, 0, 1)]
    assert len(await rows(OutboxPush, "id")) == 1


async def test_forged_tokens_are_refused(live: Stage):
    genuine = make_token(new_id(), kind_of(live))
    message_id, _, rest = genuine.partition(".")
    for forged in (f"{new_id()}.{rest}", genuine[:-1], message_id, "", genuine.replace("Friend", "Other")):
        assert await call(post_of(forged)) == (403, {"error": {"token": "INVALID"}})
    assert (await rows(PushReceipt, "pk"), await rows(PushCount, "pk")) == ([], [])


async def test_what_is_no_call_of_ours_is_refused(live: Stage):
    assert await call(b"nonsense") == (400, {"error": {"token": "MALFORMED"}})
    assert await call(b'{"token": 1}') == (400, {"error": {"token": "MALFORMED"}})
    assert await call(b" " * (MOST_BYTES + 1)) == (413, {"error": {"token": "TOO_LARGE"}})
    assert await call(b"", "GET") == (405, {"error": {"token": "METHOD_NOT_ALLOWED"}})
    assert await call(b"", "OPTIONS") == (204, None)
    assert await call(b"", path="/push/other") == (404, None)


async def test_a_push_of_last_month_counts_no_more(live: Stage):
    """Its receipt may be forgotten by then, and it would count a second time."""
    days = {age: (datetime.now(UTC).date() - timedelta(days=age)).isoformat() for age in (30, 31)}
    assert await call(post_of(make_token(new_id(), kind_of(live, days[30])))) == (204, None)
    late = await call(post_of(make_token(new_id(), kind_of(live, days[31]))))
    assert late == (410, {"error": {"token": "EXPIRED"}})
    assert await rows(PushCount, "day", "opened") == [(days[30], 1)]


def test_a_push_of_a_stage_that_is_gone_counts_no_more(live: Stage):
    with pytest.raises(TooLate):
        opened(make_token(new_id(), kind_of(live)._replace(stage_id=live.pk + 1000)))


def test_tokens_say_what_they_were_made_of(live: Stage):
    kind = Kind(live.pk, "2016-11-30", "ScriptMessage_A.B:é", 0, "apns")
    message_id = new_id()
    assert read_token(make_token(message_id, kind)) == (message_id, kind)


@pytest.mark.parametrize("provider", LIMITS)
def test_a_payload_that_has_no_room_for_it_leaves_without(provider: str):
    inside = provider in ("fcm", "adm")

    def payload(length: int) -> dict[str, Any]:
        texts = {"title": "x" * length}
        return {"data": texts} if inside else texts

    fixed = payload_size(provider, payload(1)) - 1
    full = payload(LIMITS[provider] - fixed)
    fill_receipt(provider, full, "token")
    assert full == payload(LIMITS[provider] - fixed)
    roomy = payload(100)
    fill_receipt(provider, roomy, "token")
    assert (roomy["data"] if inside else roomy)["receipt"] == "token"


async def test_a_player_tells_by_the_message_or_by_the_token(live: Stage):
    player: Player = await database.run(make_player, live)
    session = Session("duel0000dice", live.game_id, live.pk, "live", Rights("device"))
    session.log_in(player.pk, player.display_name, "token")

    async def ask(**fields: Any) -> Any:
        response = await dispatch(session, {"@class": ".PushOpenedRequest", **fields}, Run())
        return json.loads(response.encode()).get("error")

    def attempt(code: str, player_id: str) -> str:
        row = PushAttempt.objects.create(
            stage=live,
            provider="apns",
            player_id=player_id,
            player_message_id=new_id(),
            message_class="FriendMessage",
            code=code,
            at_ms=now_ms(),
        )
        return row.player_message_id

    sent = await database.run(attempt, "sent", player.pk)
    others = await database.run(attempt, "sent", new_id())
    failed = await database.run(attempt, "Unregistered", player.pk)
    invalid = {"messageId": "INVALID"}
    assert [await ask(messageId=each) for each in (sent, sent, others, failed, "none")] == [
        *(None, None),
        *(invalid, invalid, invalid),
    ]
    assert await ask() == invalid
    assert await ask(token="forged") == invalid
    assert await ask(token=make_token(new_id(), kind_of(live))) is None
    assert sorted(await rows(PushCount, *COUNTS)) == [
        ("FriendMessage", -1, "apns", 0, 0, 1),
        ("FriendMessage", -1, "fcm", 0, 0, 1),
    ]


def test_receipts_outlive_their_tokens_and_counts_stay_for_a_year(live: Stage):
    for age in (31, 33):
        PushReceipt.objects.create(
            player_message_id=new_id(),
            stage=live,
            provider="fcm",
            day="2016-11-30",
            opened_ms=now_ms() - age * DAY_MS,
        )
    for age in (366, 401):
        PushCount.objects.create(stage=live, day=day_of(now_ms() - age * DAY_MS), sent=age)
    assert (drop_old_receipts(), drop_old_counts()) == (False, False)
    assert PushReceipt.objects.get().opened_ms > now_ms() - 32 * DAY_MS
    assert PushCount.objects.get().sent == 366
