"""Setting, showing, deleting and proving a stage's provider accounts. Every change is audited here."""

from collections.abc import Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction

from games.audit import record
from games.models import Stage, User
from protocol.dates import now_ms
from push.account_documents import PROVIDERS, AccountFaults, check_document
from push.base64url import encode_point
from push.models import ProviderAccount

__all__ = ["PROVIDERS", "AccountFaults", "account_of", "delete_account", "set_account", "show_account"]


@transaction.atomic
def set_account(stage: Stage, provider: str, document: Any, actor: User | None = None) -> ProviderAccount:
    """Replace the whole account by `document` (interfaces.md, "Provider account document").

    Raises AccountFaults with every fault. What was learnt under the former settings is forgotten.
    """
    check_document(provider, document)
    account = ProviderAccount.objects.filter(stage=stage, provider=provider).first()
    account = account or ProviderAccount(stage=stage, provider=provider)
    credentials = document.get("credentials") or {}
    account.credentials = msgspec.json.encode(credentials).decode() if credentials else ""
    account.endpoint = document.get("endpoint") or ""
    account.token_endpoint = document.get("tokenEndpoint") or ""
    account.ca_bundle = document.get("caBundle") or ""
    account.sandbox = bool(document.get("sandbox"))
    account.daily_cap = document.get("dailyCap")
    account.state, account.last_error, account.last_success_ms = ProviderAccount.State.NEW, "", 0
    # Greater than before, whatever the clock says: it is the version that running attempts compare.
    account.credentials_changed_ms = max(now_ms(), account.credentials_changed_ms + 1)
    account.save()
    record(actor, "push_account.set", account, stage.game, stage=stage.name, **show_account(account))
    return account


@transaction.atomic
def delete_account(stage: Stage, provider: str, actor: User | None = None) -> bool:
    """Whether there was one. Its queued pushes go the way of a stage without credentials."""
    account = account_of(stage, provider)
    if account is None:
        return False
    account.delete()
    record(actor, "push_account.deleted", f"{stage} · {provider}", stage.game, stage=stage.name)
    return True


def account_of(stage: Stage, provider: str) -> ProviderAccount | None:
    return (
        ProviderAccount.objects.filter(stage=stage, provider=provider).select_related("stage__game").first()
    )


def show_account(account: ProviderAccount) -> dict[str, Any]:
    """The account as JSON without any secret: of the credentials, what names them and is public."""
    return {
        "provider": account.provider,
        "credentials": public_part(account),
        "endpoint": account.endpoint,
        "tokenEndpoint": account.token_endpoint,
        "caBundle": bool(account.ca_bundle),
        "sandbox": account.sandbox,
        "dailyCap": account.daily_cap,
        "state": account.state,
        "lastError": account.last_error,
    }


def public_part(account: ProviderAccount) -> dict[str, str]:
    """`keyId`, `teamId`, `topic`, `subject`, `clientId`, a service account's project and address, and of a
    VAPID key the `applicationServerKey` that browsers subscribe with.
    """
    secrets = account.secrets
    shown = {name: secrets[name] for name in _PUBLIC if name in secrets}
    service_account = secrets.get("serviceAccount", {})
    shown |= {name: service_account[name] for name in _PUBLIC_OF_SERVICE if name in service_account}
    if pem := secrets.get("vapidPrivateKey"):
        shown["applicationServerKey"] = application_server_key(pem)
    return shown


def application_server_key(pem: str) -> str:
    """The public half of a VAPID key, as `pushManager.subscribe` takes it."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return encode_point(key.public_key())


_PUBLIC: Sequence[str] = ("keyId", "teamId", "topic", "subject", "clientId")
_PUBLIC_OF_SERVICE: Sequence[str] = ("project_id", "client_email", "private_key_id")
