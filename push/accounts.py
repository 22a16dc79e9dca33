"""Setting, showing, deleting and proving a stage's provider accounts. Every change is audited here."""

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction

from games.audit import record
from games.models import Stage, User
from push import pending
from push.account_documents import PROVIDERS, AccountFaults, check_document
from push.account_fields import document_in_use
from push.alerts import look_soon
from push.base64url import encode_point
from push.expiry import expiry_of
from push.models import PendingCredentials, ProviderAccount
from push.pending import Candidate
from push.requeue import release

__all__ = [
    "PROVIDERS",
    "AccountFaults",
    "account_of",
    "copy_account",
    "delete_account",
    "discard_pending",
    "promote",
    "set_account",
    "show_account",
]


@transaction.atomic
def set_account(stage: Stage, provider: str, document: Any, actor: User | None = None) -> ProviderAccount:
    """Replace the whole account by `document` (interfaces.md, "Provider account document").

    New credentials wait while the old ones send on, until the provider takes them (push.pending). Raises
    AccountFaults with every fault. What waits, or was refused for the account's sake, is tried anew then.
    """
    check_document(provider, document)
    accounts = ProviderAccount.objects.select_for_update(no_key=True).defer("credentials")
    account = accounts.filter(stage=stage, provider=provider).first()
    account = account or ProviderAccount(stage=stage, provider=provider)
    account.daily_cap = document.get("dailyCap")
    account.device_daily_cap = document.get("deviceDailyCap")
    account.coalesces = bool(document.get("coalesce"))
    held = pending.has_to_prove(account, document)
    if held:
        pending.hold(account, document)
    else:
        pending.adopt(account, document)
        pending.discard(account)
    account.save()
    look_soon()
    if not held:
        release(stage, provider)
    record(actor, "push_account.set", account, stage.game, stage=stage.name, **show_account(account))
    return account


@transaction.atomic
def promote(candidate: Candidate, actor: User | None = None) -> bool:
    """The provider takes them: use the new credentials from now on.

    Whether they are in use: not if others were set meanwhile, but also if a worker was quicker.
    """
    accounts = ProviderAccount.objects.select_for_update(no_key=True).defer("credentials")
    account = accounts.filter(pk=candidate.account.pk).first()
    if account is None:
        return False
    waiting = pending.pending_of(account)
    if waiting is None or waiting.set_ms != candidate.set_ms:
        return waiting is None and pending.is_in_use(account, candidate)
    pending.adopt(account, candidate.document)
    pending.discard(account)
    account.save()
    look_soon()
    stage = account.stage
    release(stage, account.provider)
    record(actor, "push_account.promoted", account, stage.game, stage=stage.name, **show_account(account))
    return True


@transaction.atomic
def discard_pending(account: ProviderAccount, actor: User | None = None) -> bool:
    """Give up new credentials that wait for their proof; whether there were any. The old ones stay."""
    there_were = pending.discard(account)
    if there_were:
        stage = account.stage
        record(actor, "push_account.new_discarded", account, stage.game, stage=stage.name)
    return there_were


@transaction.atomic
def delete_account(stage: Stage, provider: str, actor: User | None = None) -> bool:
    """Whether there was one. Its queued pushes go the way of a stage without credentials."""
    account = account_of(stage, provider)
    if account is None:
        return False
    account.delete()
    record(actor, "push_account.deleted", f"{stage} · {provider}", stage.game, stage=stage.name)
    return True


def copy_account(account: ProviderAccount, stage: Stage, actor: User | None = None) -> ProviderAccount:
    """What the account sends by, for another stage of its game. Raises AccountFaults, and InvalidToken."""
    return set_account(stage, account.provider, document_in_use(account), actor)


def account_of(stage: Stage, provider: str) -> ProviderAccount | None:
    return (
        ProviderAccount.objects.filter(stage=stage, provider=provider).select_related("stage__game").first()
    )


def show_account(account: ProviderAccount) -> dict[str, Any]:
    """The account as JSON without any secret: of the credentials, what names them and is public.

    `newCredentials` are there while they wait for their proof, `why` they are not in use yet.
    """
    waiting = pending.pending_of(account) if account.pk else None
    new = {"newCredentials": _shown_pending(account, waiting)} if waiting else {}
    expiry = expiry_of(account)
    return {
        "provider": account.provider,
        "credentials": public_part(account),
        "endpoint": account.endpoint,
        "tokenEndpoint": account.token_endpoint,
        "caBundle": bool(account.ca_bundle),
        "sandbox": account.sandbox,
        "dailyCap": account.daily_cap,
        "deviceDailyCap": account.device_daily_cap,
        "coalesce": account.coalesces,
        "expires": expiry.on.isoformat() if expiry else None,
        "state": account.state,
        "lastError": account.last_error,
        **new,
    }


def _shown_pending(account: ProviderAccount, waiting: PendingCredentials) -> dict[str, Any]:
    credentials = pending.pending_document(account).get("credentials", {})
    return {"credentials": _public(credentials), "why": pending.sentence(waiting)}


def public_part(account: ProviderAccount) -> dict[str, str]:
    return _public(account.secrets)


def _public(secrets: Mapping[str, Any]) -> dict[str, str]:
    """`keyId`, `teamId`, `topic`, `subject`, `clientId`, a service account's project and address, and of a
    VAPID key the `applicationServerKey` that browsers subscribe with.
    """
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
