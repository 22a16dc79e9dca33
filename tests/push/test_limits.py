"""How large a payload may be, to the byte: what Flint sends, and what the simulated services take."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils.module_loading import import_string

from games.models import Stage
from messaging.compiling import compile_message
from messaging.payloads import RenderedPayload, render_payload
from messaging.settings_shape import DEFAULTS
from portal.demo.delivered import read
from push import sizes
from push.models import Device, PushAttempt
from push.sender import Sender
from push.sim.simulator import Simulator
from push.transports.base import Notification
from push.transports.registry import TRANSPORTS
from tests.push.recorder import Recorder, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import Simulated
from tests.push.texts import GRAPHEMES, filling
from tests.push.transports.trying import fails, opened

PROVIDERS = ("apns", "fcm", "adm", "wns", "web")
LIMITS = {"apns": 4096, "fcm": 4096, "adm": 6144, "wns": 5000, "web": 3993}
BADGE, RECEIPT = 64, 128  # bytes that are kept free for what is filled in when the push leaves
DEVICE_OS = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "w8", "web": "web"}
JSON_KEY = {"apns": "ios", "fcm": "android", "adm": "kindle", "wns": "windows", "web": "web"}
IDS = '"messageId":"0123456789abcdef01234567","class":"FriendMessage"'
TOAST = "<toast launch='{%s}'><visual><binding template=\"ToastGeneric\">%s</binding></visual></toast>"
DOCUMENT = {
    "@class": ".FriendMessage",
    "messageId": "0123456789abcdef01234567",
    "playerId": "p1",
    "who": "Ana",
}
# What the standard payload of a message with a title T takes beside its summary, as the provider counts.
AROUND_SUMMARY = {
    "apns": f'{{"aps":{{"alert":{{"title":"T","body":""}}}},{IDS}}}',
    "fcm": f'{{"notification":{{"title":"T","body":""}},"data":{{{IDS}}}}}',
    "adm": f'{{"title":"T","message":"",{IDS}}}',
    "wns": TOAST % (IDS, "<text>T</text><text></text>"),
    "web": f'{{"title":"T","body":"",{IDS}}}',
}
# Developers' JSON whose one text is the message's, and what it takes beside that.
TEMPLATE: dict[str, dict[str, Any]] = {
    "apns": {"aps": {"alert": "${message}"}},
    "fcm": {"notification": {"body": "${message}"}},
    "adm": {"data": {"message": "${message}"}},
    "wns": {"body": "${message}"},
    "web": {"body": "${message}"},
}
AROUND_MESSAGE = {
    "apns": f'{{"aps":{{"alert":""}},{IDS}}}',
    "fcm": f'{{"notification":{{"body":""}},"data":{{{IDS}}}}}',
    "adm": f'{{{IDS},"message":""}}',
    "wns": TOAST % (IDS, "<text></text>"),
    "web": f'{{"body":"",{IDS}}}',
}
# The smallest payload that a transport sends, around its one text.
AROUND_TEXT = {
    "apns": '{"aps":{"alert":""}}',
    "fcm": '{"data":{"k":""}}',
    "adm": '{"k":""}',
    "wns": TOAST % ("", "<text></text>"),
    "web": '{"k":""}',
}

texts = pytest.mark.parametrize("graphemes", GRAPHEMES.values(), ids=GRAPHEMES.keys())
each_provider = pytest.mark.parametrize("provider", PROVIDERS)


def token_of(simulator: Simulator, provider: str) -> str:
    tokens = {
        "apns": "a1" * 32,
        "fcm": "t1",
        "adm": "amzn1.adm-registration.v3.t1",
        "wns": "https://db3.notify.windows.com/?token=t1",
    }
    subscription = simulator.subscription("b1", "https://updates.push.services.mozilla.com")
    return tokens.get(provider) or json.dumps(subscription)


def minimal(provider: str, text: str) -> dict[str, Any]:
    payloads: dict[str, dict[str, Any]] = {
        "apns": {"aps": {"alert": text}},
        "fcm": {"data": {"k": text}},
        "adm": {"data": {"k": text}},
        "wns": {"body": text},
        "web": {"k": text},
    }
    return payloads[provider]


@texts
@each_provider
async def test_limit_is_the_service_s_own_to_the_byte(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, provider: str, graphemes: Sequence[str]
):
    """The largest payload is delivered. One byte more is refused unsent, and would be by the service too."""
    room = LIMITS[provider] - len(AROUND_TEXT[provider])
    text = "".join(filling(graphemes, room))
    server = Simulated(simulator, provider)

    def note(text: str) -> Notification:
        shown = minimal(provider, text)
        return Notification(token_of(simulator, provider), DEVICE_OS[provider], shown, 3600, "m1")

    async with opened(import_string(TRANSPORTS[provider]), server) as transport:
        await transport.send(note(text), 5)
        error = await fails(transport, note("x" + text))
        assert (error.code, error.permanent) == ("PayloadTooLarge", True)
        limit = LIMITS[provider]
        assert error.detail == f"The payload is {limit + 1} bytes, {limit} are allowed."
        assert [request.verdict for request in server.requests] == ["accepted"]
        monkeypatch.setitem(sizes.LIMITS, provider, limit + 1)
        await fails(transport, note("x" + text))
    assert [(request.verdict, request.rule) for request in server.requests[1:]] == [
        {
            "apns": ("PayloadTooLarge", "APNs 3"),
            "fcm": ("INVALID_ARGUMENT", "FCM 2"),
            "adm": ("MessageTooLarge", "ADM 2"),
            "wns": ("size", "WNS 2"),
            "web": ("size", "Web Push 5"),
        }[provider]
    ]
    [delivered] = server.delivered
    assert text in json.dumps(delivered["payload"], ensure_ascii=False)


@pytest.fixture
async def device(live: Stage, simulator: Simulator, provider: str) -> Device:
    await account_of(live, provider, simulator.account(provider))
    return await device_of(live, DEVICE_OS[provider], token_of(simulator, provider))


@pytest.fixture
def badge(recorder: Recorder, device: Device) -> int:
    """As large as inboxes get."""
    recorder.unread[device.player_id] = 999_999
    return 999_999


async def send(sender: Sender, stage: Stage, device: Device, rendered: RenderedPayload) -> None:
    message_id = DOCUMENT["messageId"]
    item = push_to(device, rendered.value, badge=True, note=rendered.note, player_message_id=message_id)
    await queue(stage, [item])
    await send_all(sender)


@pytest.mark.django_db(transaction=True)
@texts
@each_provider
async def test_summary_one_byte_too_long_is_cut_between_characters(
    sender: Sender,
    live: Stage,
    simulator: Simulator,
    device: Device,
    badge: int,
    provider: str,
    graphemes: Sequence[str],
):
    room = LIMITS[provider] - BADGE - RECEIPT - len(AROUND_SUMMARY[provider])
    fitting = filling(graphemes, room)
    longer = ["x", *fitting]
    kept = longer
    while len("".join(kept).encode()) + len("…".encode()) > room:
        kept = kept[:-1]
    for summary in (fitting, longer):
        document = {**DOCUMENT, "title": "T", "summary": "".join(summary)}
        rendered = render_payload(
            provider, DEVICE_OS[provider], compile_message("FriendMessage", DEFAULTS), document
        )
        await send(sender, live, device, rendered)
    bodies = [read(delivered).body for delivered in simulator.delivered(provider)]
    assert bodies == ["".join(fitting), "".join(kept) + "…"]
    notes = [detail for (detail,) in await rows(PushAttempt, "detail")]
    assert notes == ["", f"The summary was shortened from {len(longer)} characters to {len(kept)}."]
    receipts = ["receipt" in json.dumps(delivered["payload"]) for delivered in simulator.delivered(provider)]
    assert receipts == [True, True]


@pytest.mark.django_db(transaction=True)
@texts
@each_provider
async def test_developers_json_one_byte_too_long_gives_way_to_the_standard_payload(
    sender: Sender,
    live: Stage,
    simulator: Simulator,
    device: Device,
    badge: int,
    provider: str,
    graphemes: Sequence[str],
):
    limit, key = LIMITS[provider], JSON_KEY[provider]
    text = "".join(filling(graphemes, limit - len(AROUND_MESSAGE[provider])))
    message = compile_message("FriendMessage", {**DEFAULTS, "json": {key: TEMPLATE[provider]}})
    for words in (text, "x" + text):
        document = {**DOCUMENT, "title": "T", "summary": "S", "message": words}
        await send(sender, live, device, render_payload(provider, DEVICE_OS[provider], message, document))
    first, second = simulator.delivered(provider)
    assert text in json.dumps(first["payload"], ensure_ascii=False)
    assert (read(second).title, read(second).body) == ("T", "S")
    notes = [detail for (detail,) in await rows(PushAttempt, "detail")]
    assert notes == ["", f"json.{key}: {limit + 1} bytes are more than {provider} takes."]


@pytest.mark.django_db(transaction=True)
@texts
@each_provider
async def test_what_no_cut_makes_fit_is_refused_with_its_reason(
    sender: Sender,
    live: Stage,
    recorder: Recorder,
    simulator: Simulator,
    device: Device,
    provider: str,
    graphemes: Sequence[str],
):
    """A title is never cut."""
    title = "".join(filling(graphemes, LIMITS[provider]))
    document = {**DOCUMENT, "title": title, "summary": "S"}
    message = compile_message("FriendMessage", DEFAULTS)
    await send(sender, live, device, render_payload(provider, DEVICE_OS[provider], message, document))
    assert recorder.reasons == ["push_failed:PayloadTooLarge"]
    [(code, permanent, detail)] = await rows(PushAttempt, "code", "permanent", "detail")
    assert (code, permanent) == ("PayloadTooLarge", True)
    assert detail.endswith(
        f"{LIMITS[provider]} are allowed. The summary was shortened from 1 characters to 0."
    )
    assert [*simulator.world.log.requests] == []
