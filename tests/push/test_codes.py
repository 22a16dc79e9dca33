"""The table of codes: every code that can be has its words there, and the words stand nowhere else."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aioapns.common import NotificationResult

from messaging.reasons import REASONS
from messaging.reasons import explain as explain_reason
from push.codes import CODES, OVER_CAP, OWN
from push.explaining import explain, is_known, sentence_of
from push.meanings import LOOK, Meaning
from push.models import OutboxPush, ProviderAccount
from push.providers import Provider
from push.sim.services import adm, apns, fcm, wns
from push.sim.services import web as web_service
from push.sim.services.http import TOKEN_CODES
from push.transports import adm_outcomes, apns_outcomes, fcm_outcomes, web_outcomes, wns_outcomes
from push.transports.base import LONGEST_CODE, PushError
from push.transports.posting import Reply

ROOT = Path(__file__).parents[2]
UNKNOWN = " gave an answer of its own."
ROWS = [("", code, each) for code, each in OWN.items()] + [
    (provider, code, each) for provider, codes in CODES.items() for code, each in codes.items()
]


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.parent.name != "migrations":
                yield path, ast.parse(path.read_text())


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a function in push/, with its file."""
    for path, module in sources("push"):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield str(path.relative_to(ROOT)), node


def strings(node: ast.AST) -> set[str]:
    found = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {each for each in found if isinstance(each, str)}


# --- The table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("provider", "code", "meaning"), ROWS, ids=lambda value: str(value)[:40])
def test_code_has_a_sentence_and_a_remedy(provider: str, code: str, meaning: Meaning):
    sentence = sentence_of(meaning, provider)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert meaning.remedy.endswith(".")
    plain = code.partition("/")[0]
    assert PushError(plain).code == plain
    assert len(plain) <= LONGEST_CODE


def test_no_words_of_a_code_stand_anywhere_else():
    written = Counter[str]()
    for _, module in sources("push", "messaging", "portal", "games"):
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written[node.value] += 1
    words = {text for _, _, meaning in ROWS for text in (meaning.sentence, meaning.remedy)}
    words |= {text for reason in REASONS.values() for text in reason}
    assert {text: written[text] for text in words if written[text] > 1} == {}
    assert len([text for text in words if written[text] == 1]) > 100


# --- What the code can produce -----------------------------------------------------------------------------


def test_every_error_of_a_push_is_made_from_the_table():
    """But for the one that a refusing transport repeats."""
    made = {file for file, _ in calls("PushError")}
    assert made == {"push/transports/failures.py", "push/transports/refusing.py"}


def test_every_code_that_is_named_in_the_source_is_in_the_table():
    named = []
    for file, call in calls("failure"):
        of, code = call.args[:2]
        if not isinstance(code, ast.Constant):
            continue  # a provider's word, or the token endpoint's form of one that is named elsewhere
        provider = Provider[of.attr].value if isinstance(of, ast.Attribute) and of.attr.isupper() else ""
        at = next((f"/{each.value.value}" for each in call.keywords if each.arg == "at"), "")  # type: ignore[attr-defined]
        named.append((file, provider, f"{code.value}{at}"))
    wrong = [each for each in named if each[2] not in CODES.get(each[1], {}) and each[2] not in OWN]
    assert wrong == []
    assert len(named) >= 24


@pytest.mark.parametrize("code", ["timeout", "unreachable", "connection_lost", "tls"])
def test_every_failure_of_a_connection_is_also_one_of_the_token_endpoint_s(code: str):
    assert {code, f"oauth_{code}"} <= OWN.keys()


def answers(provider: str, status: int, code: str) -> PushError:
    """What a provider's answer becomes; `code` is its own word."""

    def reply(document: dict[str, Any], headers: dict[str, str]) -> Reply:
        return Reply(status, headers, json.dumps(document))

    match provider:
        case "apns":
            return apns_outcomes.error_of(NotificationResult("id", str(status), code, None))
        case "fcm":
            detail = {"@type": fcm.DETAIL, "errorCode": code}
            document = {"error": {"status": code, "details": [] if code in fcm.FRONT else [detail]}}
            return fcm_outcomes.error_of(status, document if code else {}, None)
        case "adm":
            return adm_outcomes.error_of(reply({"reason": code}, {}))
        case "wns":
            return wns_outcomes.error_of(reply({}, {"X-WNS-Status": code}))
        case _:
            return web_outcomes.error_of(reply({}, {}))


SERVICES: dict[str, Any] = {
    "apns": apns.Apns,
    "fcm": fcm.Fcm,
    "adm": adm.Adm,
    "wns": wns.Wns,
    "web": web_service.Web,
}


@pytest.mark.parametrize("provider", SERVICES)
def test_every_word_that_the_service_knows_is_explained(provider: str):
    said = {}
    for word, status in SERVICES[provider].codes.items():
        error = answers(provider, status, word.rpartition(":")[2])
        said[error.code] = (error.detail, error.remedy, is_known(provider, error.code))
    assert [code for code, (detail, remedy, known) in said.items() if not (detail and remedy and known)] == []


@pytest.mark.parametrize("provider", SERVICES)
@pytest.mark.parametrize("code", ["", "SomethingNew"])
def test_every_status_is_explained(provider: str, code: str):
    for status in (200, 204, 302, *range(400, 600)):
        error = answers(provider, status, code)
        assert error.detail.endswith(".")
        assert error.remedy.endswith(".")
        assert error.permanent == (status < 500 and status not in _PASSING[provider])
    assert not explain("HTTP499", provider).sentence.endswith(UNKNOWN)


_PASSING = {
    "apns": {200, 204, 302, 429},
    "fcm": {408, 429},
    "adm": {429},
    "wns": {406, 429},
    "web": {429},
}


@pytest.mark.parametrize("provider", ["fcm", "adm", "wns"])
def test_every_word_of_a_token_endpoint_is_explained(provider: str):
    words = [word.rpartition(":")[2] for word in TOKEN_CODES]
    words += ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"]
    words += ["unsupported_grant_type", "invalid_scope", "oauth_HTTP418", "oauth_HTTP503"]
    assert [word for word in words if not is_known(provider, word)] == []


def test_every_reason_that_push_tells_is_explained():
    columns = {field.name for model in (OutboxPush, ProviderAccount) for field in model._meta.fields}
    told = set()
    for name in ("screening", "endings"):
        module = ast.parse((ROOT / "push" / f"{name}.py").read_text())
        told |= {each for each in strings(module) if each.replace("_", "").replace(":", "").isalpha()}
    reasons = {each for each in told - columns if each.islower()}
    assert {each.partition(":")[0] for each in reasons} <= REASONS.keys()
    assert {"no_device", "expired", "push_failed:gave_up", "pushed", "pushed_sandbox"} <= reasons
    assert OVER_CAP in REASONS


# --- Looking up --------------------------------------------------------------------------------------------


def test_reason_with_a_code_says_both():
    found = explain_reason("push_failed:no_credentials", "apns")
    assert found == (
        "Its push was given up; it waits for the next log-in. "
        "The live stage has no apns credentials: add a provider account. Code: no_credentials.",
        "Set the provider account: manage.py push_account, or the admin.",
    )


def test_code_that_providers_mean_differently_is_explained_by_the_provider_alone():
    assert explain("HTTP404", "wns").sentence == "The channel does not exist."
    assert explain("HTTP404", "web").sentence == "The subscription does not exist."
    assert explain("HTTP404") == ("The provider gave an answer of its own.", LOOK)
    assert explain("Unregistered").sentence == "The app was removed from the device."
    assert explain("timeout").sentence == "The provider did not answer in time."
