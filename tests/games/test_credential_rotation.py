import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from games import credential_rotation
from games.credential_rotation import encrypted_columns, rotate_credentials
from games.models import Credential, Game
from push.models import ProviderAccount

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def old_key(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]


@pytest.fixture
def account(old_key: None, game: Game) -> ProviderAccount:
    return ProviderAccount.objects.create(
        stage=game.stage("live"), provider="apns", credentials='{"p8": "x"}'
    )


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rotate_credentials", *arguments, stdout=out)
    return out.getvalue()


def test_every_encrypted_column_is_rotated() -> None:
    named = {(model._meta.label, column) for model, column in encrypted_columns()}
    assert named >= {
        ("games.Credential", "secret"),
        ("push.ProviderAccount", "credentials"),
        ("push.PendingCredentials", "document"),
    }
    assert all(model in apps.get_models() for model, _ in encrypted_columns())


def test_the_older_key_can_go_after_a_rotation(
    game: Game, account: ProviderAccount, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credential_rotation, "ROWS_A_READ", 1)
    secrets = dict(Credential.objects.values_list("pk", "secret"))
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert run() == (
        "games.SecondFactor.secret: 0 of 0 encrypted anew.\n"
        f"games.Credential.secret: {len(secrets)} of {len(secrets)} encrypted anew.\n"
        "games.Credential.former_secret: 0 of 0 encrypted anew.\n"
        "push.ProviderAccount.credentials: 1 of 1 encrypted anew.\n"
        "push.PendingCredentials.document: 0 of 0 encrypted anew.\n"
    )
    settings.CREDENTIAL_KEYS = [NEW]
    assert dict(Credential.objects.values_list("pk", "secret")) == secrets
    account.refresh_from_db()
    assert account.secrets == {"p8": "x"}


def test_what_the_first_key_encrypted_is_left_alone(game: Game, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    rotate_credentials()
    assert [column["rotated"] for column in json.loads(run("--json"))] == [0, 0, 0, 0, 0]


def test_rows_that_no_key_opens_are_named_and_kept(account: ProviderAccount, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [NEW]
    Credential.objects.all().delete()
    with pytest.raises(CommandError) as refused:
        run()
    assert str(refused.value) == (
        f"None of FLINT_CREDENTIAL_KEYS opens push.ProviderAccount.credentials of row {account.pk}. "
        "Keep the older keys."
    )
    settings.CREDENTIAL_KEYS = [OLD]
    account.refresh_from_db()
    assert account.secrets == {"p8": "x"}


def test_a_secret_changed_meanwhile_is_not_overwritten(game: Game, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    device = Credential.objects.get(game=game, short_code="device")
    stored: Any = credential_rotation._stored(Credential, "secret")
    rows = dict(stored)
    Credential.objects.filter(pk=device.pk).update(secret="changed by somebody")
    old = rows[device.pk]
    assert credential_rotation._replace(Credential, "secret", device.pk, old, "rotated") == 0
    device.refresh_from_db()
    assert device.secret == "changed by somebody"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_servers_read_and_change_secrets_all_through_a_rotation(game: Game, settings: Settings) -> None:
    """Two keep asking for every secret, and one changes its own, while the rows go over to the new key."""
    Credential.objects.bulk_create(
        Credential(game=game, name=f"c{number}", short_code=f"c{number}", secret=f"secret-{number}")
        for number in range(300)
    )
    kept = dict(Credential.objects.exclude(short_code="c7").values_list("pk", "secret"))
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    rotated = threading.Event()

    def read() -> int:
        """How often; each time all of them."""
        times = 0
        while not rotated.is_set() or not times:
            assert kept.items() <= dict(Credential.objects.values_list("pk", "secret")).items()
            times += 1
        connection.close()
        return times

    def change() -> str:
        number, secret = 0, ""
        while not rotated.is_set() or not secret:
            number, secret = number + 1, f"changed {number}"
            Credential.objects.filter(short_code="c7").update(secret=secret)
        connection.close()
        return secret

    with ThreadPoolExecutor(3) as pool:
        readers, changer = [pool.submit(read) for _ in range(2)], pool.submit(change)
        rotate_credentials()
        rotated.set()
        assert [reader.result() > 0 for reader in readers] == [True, True]
        last = changer.result()
    settings.CREDENTIAL_KEYS = [NEW]
    assert kept.items() <= dict(Credential.objects.values_list("pk", "secret")).items()
    assert Credential.objects.get(short_code="c7").secret == last
