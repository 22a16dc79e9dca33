"""What `verify_push` and `test_push` say of each answer of each provider, and what they tell to do."""

import json
import socket
from typing import Any

import pytest

from games.models import Stage
from push.accounts import set_account
from push.models import Device
from push.sim.keys import pem
from push.sim.simulator import Simulator
from tests.push.commands.test_verify_push import KEY, beside, run
from tests.push.keys import p8_key, service_key
from tests.push.recorder import IOS_TOKEN, make_device

__all__ = ["beside"]

CONSOLE = "Set the account again, with credentials as the provider's console shows them now."
AGAIN = "Nothing: the device registers again when its app starts."
PERHAPS = "If every device says so, the account is for another app; else the device registers again."
LATER = "Nothing now: pushes are tried again. If it stays, see the provider's status page."
SHORTEN = "Shorten the message's texts or JSON."
TEMPLATE = "See the message's JSON for this type of device."
LOOK = "Look at what the provider says, and at the message's settings."
NETWORK = "See whether this machine may connect to the provider: name resolution, firewall, proxy."
SILENT = "Try again. If it stays silent, see whether a firewall swallows connections to the provider."
BUNDLE = "See whose certificate answers: a proxy's authority belongs into the account's CA bundle."
APPLE_KEY = "Check the account's key, key id and team id."
NO_ARGUMENT = "FCM refused the payload. See the message's FCM template."
NO_DATA = "ADM refused the payload. See the message's Kindle template."
GOOGLE = "Google refuses the service account. Its key may be deleted, or this machine's clock wrong."
CLIENT = "The provider does not take the client id or its secret."

Said = list[tuple[str, int, str, str]]  # code, the answer's status, sentence, what to do

APNS: Said = [
    (
        "BadDeviceToken",
        400,
        "The token is not one of this environment. Check the account's environment if every device says so.",
        PERHAPS,
    ),
    (
        "DeviceTokenNotForTopic",
        400,
        "The token belongs to another app. Check the account's topic if every device says so.",
        PERHAPS,
    ),
    ("Unregistered", 410, "The app was removed from the device.", AGAIN),
    ("ExpiredToken", 410, "The device token has expired.", AGAIN),
    ("PayloadTooLarge", 413, "The payload is over 4,096 bytes.", SHORTEN),
    ("InvalidProviderToken", 403, f"Apple does not accept the account's key. {APPLE_KEY}", CONSOLE),
    ("MissingProviderToken", 403, f"Apple saw no provider token. {APPLE_KEY}", CONSOLE),
    (
        "ExpiredProviderToken",
        403,
        "Apple takes the provider token for an old one.",
        "Check this machine's clock.",
    ),
    ("UnrelatedKeyIdInToken", 403, f"The key belongs to another team. {APPLE_KEY}", CONSOLE),
    (
        "BadEnvironmentKeyIdInToken",
        403,
        "The key is not for this environment.",
        "Check the account's environment.",
    ),
    ("BadTopic", 400, "Apple does not know the account's topic.", CONSOLE),
    ("MissingTopic", 400, "The account has no topic.", CONSOLE),
    ("TopicDisallowed", 400, "The key may not push to the account's topic.", CONSOLE),
    ("BadCertificate", 403, "Apple refuses the certificate.", CONSOLE),
    ("BadCertificateEnvironment", 403, "The certificate is for the other environment.", CONSOLE),
    ("Forbidden", 403, "Apple forbids this account to push.", CONSOLE),
    ("TooManyProviderTokenUpdates", 429, "Apple saw too many new provider tokens.", LATER),
    ("TooManyRequests", 429, "Apple saw too many pushes to this device.", LATER),
    ("IdleTimeout", 400, "Apple closed the idle connection.", LATER),
    ("InternalServerError", 500, "Apple's server failed.", LATER),
    ("ServiceUnavailable", 503, "Apple's service is unavailable.", LATER),
    ("Shutdown", 503, "Apple's server is shutting down.", LATER),
    ("NewOfApples", 400, "Apple refused the push.", LOOK),
]
FCM: Said = [
    ("UNREGISTERED", 404, "The app was removed from the device, or the token is old.", AGAIN),
    (
        "SENDER_ID_MISMATCH",
        403,
        "The token belongs to another Firebase project. Check the service account if every device says so.",
        PERHAPS,
    ),
    ("INVALID_ARGUMENT", 400, NO_ARGUMENT, TEMPLATE),
    (
        "THIRD_PARTY_AUTH_ERROR",
        401,
        "Firebase has no valid APNs or web push credentials for this app.",
        "Set them in Firebase's console, under Cloud Messaging.",
    ),
    ("QUOTA_EXCEEDED", 429, "FCM's quota is used up.", LATER),
    ("UNAVAILABLE", 503, "FCM is unavailable.", LATER),
    ("INTERNAL", 500, "FCM is unavailable.", LATER),
]
ADM: Said = [
    ("Unregistered", 400, "The app was removed from the device.", AGAIN),
    ("InvalidRegistrationId", 400, "The token is no registration id.", AGAIN),
    ("InvalidData", 400, NO_DATA, TEMPLATE),
    ("InvalidConsolidationKey", 400, NO_DATA, TEMPLATE),
    ("InvalidExpiration", 400, NO_DATA, TEMPLATE),
    ("InvalidChecksum", 400, NO_DATA, TEMPLATE),
    ("MessageTooLarge", 413, "The payload is over 6 KB.", SHORTEN),
    ("AccessTokenExpired", 401, "Amazon does not accept the account's access token.", CONSOLE),
    ("NotForYou", 403, "The client may not send by ADM.", "Check its security profile."),
    ("MaxRateExceeded", 429, "ADM's quota is used up.", LATER),
    ("InternalServerError", 500, "ADM is unavailable.", LATER),
    ("ServiceUnavailable", 503, "ADM is unavailable.", LATER),
    ("NewOfAmazons", 400, "ADM refused the push.", LOOK),
]
WNS: Said = [
    (
        "dropped",
        200,
        "WNS dropped the push: the player switched notifications off, or the app is at fault.",
        "Nothing to do.",
    ),
    ("channelthrottled", 200, "WNS dropped the push: too many went to this device.", LATER),
    ("HTTP400", 400, "WNS refused the push's headers or payload.", TEMPLATE),
    ("HTTP401", 401, "Microsoft does not accept the account's access token.", CONSOLE),
    (
        "HTTP403",
        403,
        "The channel belongs to another app. Check the account's client id if every device says so.",
        PERHAPS,
    ),
    ("HTTP404", 404, "The channel does not exist.", AGAIN),
    ("HTTP406", 406, "WNS throttles the account.", LATER),
    ("HTTP410", 410, "The channel has expired.", AGAIN),
    ("HTTP413", 413, "The payload is over 5,000 bytes.", SHORTEN),
    ("HTTP429", 429, "WNS throttles the account.", LATER),
    ("HTTP418", 418, "WNS refused the push.", LOOK),
    ("HTTP500", 500, "WNS is unavailable.", LATER),
]
WEB: Said = [
    ("HTTP302", 302, "The push service sends elsewhere, where pushes do not go.", LOOK),
    ("HTTP400", 400, "The push service refused the push's headers.", LOOK),
    ("HTTP401", 401, "The push service does not accept the account's VAPID key.", CONSOLE),
    (
        "HTTP403",
        403,
        "The browser subscribed with another VAPID key. Check the account's key if every device says so.",
        PERHAPS,
    ),
    ("HTTP404", 404, "The subscription does not exist.", AGAIN),
    ("HTTP410", 410, "The browser unsubscribed.", AGAIN),
    ("HTTP413", 413, "The payload is over 3,993 bytes.", SHORTEN),
    ("HTTP429", 429, "The push service saw too many pushes.", LATER),
    ("HTTP418", 418, "The push service refused the push.", LOOK),
    ("HTTP500", 500, "The push service is unavailable.", LATER),
]
SAID = {"apns": APNS, "fcm": FCM, "adm": ADM, "wns": WNS, "web": WEB}


def device_of(stage: Stage, simulator: Simulator, provider: str) -> tuple[Device, str]:
    """A device, and how faults name it."""
    if provider == "web":
        browser = json.dumps(simulator.subscription("ana", "https://updates.push.services.mozilla.com"))
        return make_device(stage, "web", browser, name="ana"), "ana"
    device_os, token = {
        "apns": ("ios", IOS_TOKEN),
        "fcm": ("android", "fcm-token"),
        "adm": ("kindle", "amzn1.adm-registration.v3.x"),
        "wns": ("w8", "https://db3.notify.windows.com/?token=AgYAAAB"),
    }[provider]
    return make_device(stage, device_os, token, name="ana"), token.rpartition("=")[2]


def steps(*arguments: str) -> list[dict[str, Any]]:
    printed = run(*arguments, "--json")
    found: list[dict[str, Any]] = json.loads(printed[: printed.rindex("]") + 1])
    return found


def told(step: dict[str, Any]) -> tuple[str, bool, str, str]:
    return step["name"], step["ok"], step["sentence"], step["remedy"]


@pytest.mark.parametrize("provider", SAID)
def test_each_answer_to_a_push_is_said_in_a_sentence_with_what_to_do(
    live: Stage, beside: Simulator, provider: str
):
    set_account(live, provider, beside.account(provider))
    device, name = device_of(live, beside, provider)
    said = []
    for code, status, _, _ in SAID[provider]:
        Device.objects.update(disabled="")
        beside.world.faults.clear()
        beside.fault("refuse", provider, token=name, times=0, code=code, status=status)
        said.append(told(steps("test_push", KEY, "live", "--device", device.pk)[-1]))
    assert said == [
        ("test push", False, f"{code}: {sentence}", remedy) for code, _, sentence, remedy in SAID[provider]
    ]


@pytest.mark.parametrize(
    ("provider", "works"),
    [
        ("apns", [("provider token", True, "APNs takes the account's key and topic.", "")]),
        (
            "fcm",
            [
                ("access token", True, "Google gives the service account an access token.", ""),
                ("project", True, "FCM takes pushes for the service account's project.", ""),
            ],
        ),
        (
            "adm",
            [
                ("access token", True, "Amazon gives the client an access token.", ""),
                ("messages", True, "ADM takes messages from the client.", ""),
            ],
        ),
        ("wns", [("access token", True, "Microsoft gives the client an access token.", "")]),
        ("web", [("VAPID key", True, "The key signs. Send a test push to a browser to try it.", "")]),
    ],
)
def test_each_step_that_works_is_said_in_a_sentence(
    live: Stage, beside: Simulator, provider: str, works: list[tuple[str, bool, str, str]]
):
    set_account(live, provider, beside.account(provider))
    device, _ = device_of(live, beside, provider)
    found = [told(step) for step in steps("verify_push", KEY, "live", provider, "--device", device.pk)]
    connected = [step for step in found if step[0].startswith("connection to ")]
    assert {step[1:] for step in connected} == {
        (True, f"{step[0].removeprefix('connection to ')} answers, with a certificate that is trusted.", "")
        for step in connected
    }
    pushed = ("test push", True, "The provider took it: look at the device.", "")
    assert found[len(connected) :] == [*works, pushed]


@pytest.mark.parametrize(
    ("provider", "code", "sentence"),
    [("fcm", "invalid_grant", GOOGLE), ("adm", "invalid_client", CLIENT), ("wns", "invalid_client", CLIENT)],
)
def test_credentials_that_get_no_token_are_said(
    live: Stage, beside: Simulator, provider: str, code: str, sentence: str
):
    document = beside.account(provider)
    if provider == "fcm":
        document["credentials"]["serviceAccount"]["private_key"] = pem(service_key("wrong"))
    else:
        document["credentials"]["clientSecret"] = "wrong"
    set_account(live, provider, document)
    last = steps("verify_push", KEY, "live", provider)[-1]
    assert told(last) == ("access token", False, f"{code}: {sentence}", CONSOLE)


@pytest.mark.parametrize(
    ("topic", "code", "sentence"),
    [
        ("com.example.other", "TopicDisallowed", "The key may not push to the account's topic."),
        ("", "InvalidProviderToken", f"Apple does not accept the account's key. {APPLE_KEY}"),
    ],
)
def test_wrong_topic_and_wrong_key_are_told_apart(
    live: Stage, beside: Simulator, topic: str, code: str, sentence: str
):
    document = beside.account("apns")
    document["credentials"] |= {"topic": topic} if topic else {"p8": pem(p8_key("wrong"))}
    set_account(live, "apns", document)
    last = steps("verify_push", KEY, "live", "apns")[-1]
    assert told(last) == ("provider token", False, f"{code}: {sentence}", CONSOLE)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("unavailable", ("temporarily_unavailable", "{} gives no access token at the moment.", LATER)),
        ("bad_json", ("oauth_bad_answer", "{} gives no access token at the moment.", LATER)),
        ("reset_before", ("oauth_connection_lost", "", NETWORK)),
        ("black_hole", ("oauth_timeout", "The token endpoint did not answer.", SILENT)),
    ],
)
@pytest.mark.parametrize(("provider", "name"), [("fcm", "FCM"), ("adm", "ADM"), ("wns", "WNS")])
def test_a_token_endpoint_in_trouble_is_said(
    live: Stage,
    beside: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    provider: str,
    name: str,
    kind: str,
    said: tuple[str, str, str],
):
    monkeypatch.setattr("push.transports.oauth.TIMEOUT", 2.0)
    set_account(live, provider, beside.account(provider))
    beside.fault(kind, provider, on="token", times=0)
    code, sentence, remedy = said
    step = steps("verify_push", KEY, "live", provider)[-1]
    assert (step["name"], step["ok"], step["remedy"]) == ("access token", False, remedy)
    assert step["sentence"].startswith(f"{code}: {sentence.format(name)}")


def test_a_provider_that_never_answers_is_said(
    live: Stage, beside: Simulator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.reaching.PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = "127.0.0.1:{1}".format(*silent.getsockname())
        set_account(live, "apns", beside.account("apns") | {"endpoint": f"https://{address}"})
        last = steps("verify_push", KEY, "live", "apns")[-1]
    sentence = f"timeout: {address} did not answer in time."
    assert told(last) == (f"connection to {address}", False, sentence, SILENT)


@pytest.mark.parametrize(
    ("changes", "code", "remedy"),
    [
        ({"endpoint": "https://127.0.0.1:9"}, "unreachable", NETWORK),
        ({"caBundle": None}, "tls", BUNDLE),
    ],
)
def test_a_connection_that_fails_is_said(
    live: Stage, beside: Simulator, changes: dict[str, Any], code: str, remedy: str
):
    set_account(live, "apns", beside.account("apns") | changes)
    last = steps("verify_push", KEY, "live", "apns")[-1]
    assert (last["ok"], last["sentence"].partition(":")[0], last["remedy"]) == (False, code, remedy)


def test_stages_without_a_usable_account_are_said(
    live: Stage, preview: Stage, beside: Simulator, settings: Any
):
    def last(stage: str, provider: str) -> tuple[str, bool, str, str]:
        return told(steps("verify_push", KEY, stage, provider)[-1])

    account_again = "Set the provider account: manage.py push_account, or the admin."
    assert last("live", "apns") == (
        "account",
        False,
        "no_credentials: The live stage has no apns credentials: add a provider account.",
        account_again,
    )
    assert last("preview", "apns") == ("sandbox", True, "Pushes are recorded here and sent to nobody.", "")
    assert last("live", "viber") == (
        "account",
        False,
        "undeliverable: No service delivers to devices of this type.",
        "Nothing can be done: the service behind this type of device has ended.",
    )
    set_account(live, "apns", beside.account("apns"))
    settings.FLINT_PUSH_HOSTS = []
    step = steps("verify_push", KEY, "live", "apns")[-1]
    assert step["sentence"].startswith("invalid_account: The account cannot be used")
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo="]
    assert last("live", "apns") == (
        "account",
        False,
        "credentials_unreadable: The account's credentials cannot be decrypted: "
        "none of FLINT_CREDENTIAL_KEYS fits.",
        "Put the key that they were encrypted with back into FLINT_CREDENTIAL_KEYS.",
    )
