from typing import Any

import pytest

from games.models import AuditEntry, Stage, User
from push.accounts import AccountFaults, account_of, delete_account, set_account, show_account
from push.models import ProviderAccount
from push.sim.keys import base64url, point
from tests.push.keys import p8_key, pem
from tests.push.test_account_documents import APNS, SERVICE

SHOWN = {
    "provider": "apns",
    "credentials": {"keyId": "KEY1234567", "teamId": "TEAM123456", "topic": "com.a.b"},
    "endpoint": "",
    "tokenEndpoint": "",
    "caBundle": False,
    "sandbox": False,
    "dailyCap": 500,
    "deviceDailyCap": None,
    "coalesce": False,
    "expires": None,
    "state": "new",
    "lastError": "",
}


@pytest.fixture
def actor(transactional_db: None) -> User:
    return User.objects.create_user("olga")


def test_set_account_is_encrypted_and_shown_without_secrets(live: Stage, actor: User):
    set_account(live, "apns", {"credentials": APNS, "dailyCap": 500}, actor)
    account = account_of(live, "apns")
    assert account is not None
    assert account.secrets == APNS
    assert show_account(account) == SHOWN


def test_set_account_is_audited_without_secrets(live: Stage, actor: User):
    set_account(live, "apns", {"credentials": APNS, "dailyCap": 500}, actor)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.actor_name) == (
        "push_account.set",
        "Duel of Dice · live · APNs",
        "olga",
    )
    assert entry.detail == SHOWN | {"stage": "live"}


def test_service_account_shows_its_project_only(live: Stage):
    account = set_account(live, "fcm", {"credentials": {"serviceAccount": SERVICE}})
    assert show_account(account)["credentials"] == {
        "project_id": "dice-1234",
        "client_email": "push@dice-1234.iam.gserviceaccount.com",
    }


def test_vapid_account_shows_what_browsers_subscribe_with(live: Stage):
    key = p8_key("vapid")
    credentials = {"vapidPrivateKey": pem(key), "subject": "mailto:a@example.org"}
    account = set_account(live, "web", {"credentials": credentials})
    public = base64url(point(key.public_key()))
    assert show_account(account)["credentials"] == {
        "subject": "mailto:a@example.org",
        "applicationServerKey": public,
    }


def test_set_again_replaces_everything_and_forgets_what_was_learnt(live: Stage):
    first = set_account(live, "apns", {"credentials": APNS, "dailyCap": 500, "sandbox": True})
    changed = first.credentials_changed_ms
    ProviderAccount.objects.update(state="working", last_success_ms=5, last_error="x")
    second = set_account(live, "apns", {"credentials": APNS})
    assert second.pk == first.pk
    assert second.credentials_changed_ms > changed
    assert (second.daily_cap, second.sandbox) == (None, False)
    assert (second.state, second.last_success_ms, second.last_error) == ("new", 0, "")


def test_faults_change_nothing(live: Stage):
    with pytest.raises(AccountFaults):
        set_account(live, "apns", {"credentials": APNS | {"p8": "x"}})
    assert (ProviderAccount.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_delete_account(live: Stage, preview: Stage, actor: User):
    set_account(live, "apns", {"credentials": APNS}, actor)
    set_account(preview, "apns", {"credentials": APNS}, actor)
    assert delete_account(live, "apns", actor)
    assert not delete_account(live, "apns", actor)
    assert account_of(preview, "apns") is not None
    newest: Any = AuditEntry.objects.first()
    assert (newest.action, newest.target) == ("push_account.deleted", "Duel of Dice · live · apns")
