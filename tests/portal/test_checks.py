"""`manage.py check --deploy` names each environment variable that is missing or unsafe."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from games.models import User
from games.publishing import create_game
from games.stages import set_sandbox_push
from portal.demo.game import load
from protocol.dates import now_ms
from push.accounts import set_account

pytestmark = pytest.mark.django_db

SERVICES = {"flint.E012", "flint.E013"}  # the tests' own PostgreSQL leaves the disk out
KEY = "Tg3sWFJ8UTMTgk2B0qqdFzI0JYb0A4h4VYZ9h5m2Qy8="


@pytest.fixture(autouse=True)
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A production installation with nothing to say about."""
    monkeypatch.setenv("FLINT_HOSTS", "flint.example.com")
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # the browser tests' own
    settings.SECRET_KEY = "of fifty different characters or so, 0123456789-ABCDEF!"
    settings.ALLOWED_HOSTS = ["flint.example.com"]
    settings.PUBLIC_URL = "https://flint.example.com"
    settings.HTTPS = True
    settings.TRUSTED_HOPS = 1
    settings.FLINT_PUSH_HOSTS = ["push.example.com"]


def found(deploy: bool = True) -> list[CheckMessage]:
    messages = run_checks(include_deployment_checks=deploy)
    return [message for message in messages if not message.is_silenced() and message.id not in SERVICES]


def ids(deploy: bool = True) -> list[str]:
    return [str(message.id) for message in found(deploy)]


def texts(deploy: bool = True) -> list[str]:
    return [message.msg for message in found(deploy)]


def test_check_says_nothing_of_a_sound_installation() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "check"), [("FLINT_SECRET_KEY", "flint.W001"), ("FLINT_CREDENTIAL_KEYS", "flint.W002")]
)
def test_check_names_keys_that_were_generated(name: str, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    assert ids() == [check]
    assert texts()[0].startswith(f"{name} is missing: the key generated into ")


def test_check_names_debugging(settings: Any) -> None:
    settings.DEBUG = True
    assert texts() == ["FLINT_DEBUG is on: error pages show settings and code."]


def test_check_names_hosts_that_are_missing_or_everybody(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert texts() == ["FLINT_HOSTS allows every host name."]
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.delenv("FLINT_HOSTS")
    assert texts() == ["FLINT_HOSTS is missing: the operators' pages open on this machine alone."]


@pytest.mark.parametrize("url", ["", "http://flint.example.com"])
def test_check_names_a_public_address_without_encryption(url: str, settings: Any) -> None:
    settings.PUBLIC_URL, settings.HTTPS = url, False
    assert ids() == ["flint.W005"]


def test_check_names_a_proxy_that_is_not_counted(settings: Any) -> None:
    settings.TRUSTED_HOPS = 0
    assert ids() == ["flint.W006"]


def test_check_names_push_hosts_inside_the_network(settings: Any) -> None:
    settings.FLINT_PUSH_HOSTS = ["push.example.com", "localhost", "[::1]", "10.0.0.7", "93.184.216.34"]
    assert texts() == ["FLINT_PUSH_HOSTS allows pushes into your own network: localhost, [::1], 10.0.0.7."]


def test_check_names_live_stages_that_only_record_pushes() -> None:
    game = create_game("Duel", None, "Duel1234")
    set_sandbox_push(game.stage("preview"), True, None)
    assert found() == []
    set_sandbox_push(game.stage("live"), True, None)
    assert texts() == ["The live stage of Duel1234 records pushes and sends none."]


def test_check_names_push_accounts_that_end_soon() -> None:
    game = create_game("Duel", None, "Duel1234")
    on = (datetime.fromtimestamp(now_ms() / 1000, UTC).date() + timedelta(days=3)).isoformat()
    credentials = {"clientId": "id", "clientSecret": "secret"}
    set_account(game.stage("live"), "adm", {"credentials": credentials, "expiresOn": on})
    assert texts() == [
        f"Push account Duel · live · ADM: Expires in 3 days, on {on}: the credentials. "
        "Set the account again with new ones; the old ones send on until the provider takes those."
    ]


def test_check_names_the_demo_game() -> None:
    load(User.objects.create_user("admin"))
    assert texts() == ["The demo game K370851a5ql7 is here: everybody knows its players' passwords."]


def test_check_refuses_what_can_never_work(settings: Any) -> None:
    settings.CREDENTIAL_KEYS = [KEY, "short"]
    settings.FLINT_LIMIT_REQUESTS_BURST = 0
    settings.TRUSTED_HOPS = -1
    settings.FLINT_DRAIN_SECONDS = -1
    settings.PUBLIC_URL = "flint.example.com"
    assert sorted(message.msg for message in found(deploy=False)) == [
        "FLINT_CREDENTIAL_KEYS: key 2 is no Fernet key (32 bytes in URL-safe base64).",
        "FLINT_DRAIN_SECONDS must not be below 0.",
        "FLINT_LIMIT_REQUESTS_BURST must be at least 1.",
        "FLINT_PUBLIC_URL must be like https://flint.example.com.",
        "FLINT_TRUSTED_HOPS must not be below 0.",
    ]


def test_check_refuses_several_processes_that_share_nothing(settings: Any) -> None:
    settings.FLINT_PROCESSES, settings.DATABASE_URL, settings.REDIS_URL = 1, "sqlite:///flint", ""
    assert found(deploy=False) == []
    settings.FLINT_PROCESSES = 2
    assert texts(deploy=False) == [
        "FLINT_PROCESSES is 2. Several processes need a PostgreSQL (DATABASE_URL), since SQLite is written "
        "by one process, and a Redis (REDIS_URL), over which they reach each other's players."
    ]
    settings.DATABASE_URL = "postgresql:///flint"
    assert texts(deploy=False) == [
        "FLINT_PROCESSES is 2. Several processes need a Redis (REDIS_URL), over which they reach each "
        "other's players."
    ]
    settings.REDIS_URL = "redis://localhost"
    assert found(deploy=False) == []


def test_check_names_nothing_of_a_deployment_while_developing(settings: Any) -> None:
    settings.DEBUG = True
    assert found(deploy=False) == []
