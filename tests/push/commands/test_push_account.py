import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from games.models import Stage
from push.accounts import account_of
from push.models import ProviderAccount
from tests.push.test_account_documents import APNS


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("push_account", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "apns.json"
    path.write_text(json.dumps({"credentials": APNS}))
    return path


def test_file_sets_the_account(live: Stage, file: Path):
    assert run("duel0000dice", "live", "apns", str(file)) == "Set the apns account of Duel of Dice · live.\n"
    account = account_of(live, "apns")
    assert account is not None
    assert account.secrets == APNS


def test_a_wrong_new_key_is_answered_with_why_it_is_not_in_use_and_what_to_do(live: Stage, tmp_path: Path):
    """Nobody listens where its provider should be."""
    path, nowhere = tmp_path / "adm.json", "https://127.0.0.1:9"
    document = {"endpoint": nowhere, "tokenEndpoint": nowhere}
    for secret in ("old", "new"):
        path.write_text(json.dumps(document | {"credentials": {"clientId": "id", "clientSecret": secret}}))
        if secret == "old":
            assert run("duel0000dice", "live", "adm", str(path)).startswith("Set the adm account")
    with pytest.raises(CommandError) as raised:
        run("duel0000dice", "live", "adm", str(path))
    assert str(raised.value) == (
        "The new credentials are not in use, the old ones send on: unreachable: 127.0.0.1:9 cannot "
        "be connected to. See whether this machine may connect to the provider: name resolution, firewall, "
        "proxy."
    )
    account = account_of(live, "adm")
    assert account is not None
    assert account.secrets["clientSecret"] == "old"
    assert run("duel0000dice", "live", "adm", "--discard-new") == (
        "Discarded the new credentials of the adm account of Duel of Dice · live.\n"
    )
    with pytest.raises(CommandError, match="has no new credentials"):
        run("duel0000dice", "live", "adm", "--discard-new")


def test_show_prints_no_secret(live: Stage, file: Path):
    run("duel0000dice", "live", "apns", str(file))
    shown: dict[str, Any] = json.loads(run("duel0000dice", "live", "apns", "--show"))
    assert shown["credentials"] == {"keyId": "KEY1234567", "teamId": "TEAM123456", "topic": "com.a.b"}
    assert "PRIVATE KEY" not in json.dumps(shown)


def test_delete(live: Stage, file: Path):
    run("duel0000dice", "live", "apns", str(file))
    assert run("duel0000dice", "live", "apns", "--delete") == (
        "Deleted the apns account of Duel of Dice · live.\n"
    )
    assert ProviderAccount.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nosuchgame", "live", "apns", "--show"], "No game has the API key nosuchgame."),
        (["duel0000dice", "live", "apns", "--show"], "Duel of Dice · live has no apns account."),
        (["duel0000dice", "live", "apns", "--delete"], "Duel of Dice · live has no apns account."),
        (["duel0000dice", "live", "apns"], "Give a FILE, --show or --delete."),
        (["duel0000dice", "live", "apns", "x.json", "--show"], "Give a FILE, --show or --delete."),
        (["duel0000dice", "live", "apns", "/nowhere"], "/nowhere cannot be read: No such file or directory."),
    ],
)
def test_fault_is_one_sentence(live: Stage, arguments: list[str], sentence: str):
    with pytest.raises(CommandError) as raised:
        run(*arguments)
    assert str(raised.value) == sentence


def test_what_is_not_json_is_not_quoted(live: Stage, file: Path):
    file.write_text('{"p8": "secret')
    with pytest.raises(CommandError) as raised:
        run("duel0000dice", "live", "apns", str(file))
    assert str(raised.value) == f"{file} is not JSON."


def test_every_fault_of_the_document_is_listed(live: Stage, file: Path):
    file.write_text(json.dumps({"credentials": APNS | {"keyId": "short", "teamId": "short"}}))
    with pytest.raises(CommandError) as raised:
        run("duel0000dice", "live", "apns", str(file))
    assert str(raised.value) == (
        "The account was refused:\n"
        "credentials.keyId: is 10 letters and digits\n"
        "credentials.teamId: is 10 letters and digits"
    )
