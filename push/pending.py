"""New credentials of an account that sends with old ones: kept beside them until the provider takes them.

A document replaces an account's credentials together with all by which the provider is spoken to: a key for
another environment comes with that environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import F

from protocol.dates import now_ms
from push.models import PendingCredentials, ProviderAccount
from push.transports.base import Step
from realtime.worker import wake

JOB = "push.prove_pending"
KEYS = ("credentials", "endpoint", "tokenEndpoint", "caBundle", "sandbox", "expiresOn")
LEASE_MS = 120_000  # longer than a proof takes
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 30_000, 3_600_000
PROVING = "The new credentials are being tried; the old ones send on until the provider takes the new ones."


@dataclass(frozen=True, slots=True)
class Candidate:
    """`account` is as it would be with the new credentials, not to be saved; `set_ms` names their version."""

    account: ProviderAccount
    set_ms: int
    document: Mapping[str, Any] = field(repr=False)


def adopt(account: ProviderAccount, document: Mapping[str, Any]) -> None:
    """Speak to the provider as the document says. What was learnt under other credentials is forgotten."""
    credentials = document.get("credentials") or {}
    account.credentials = msgspec.json.encode(credentials).decode() if credentials else ""
    account.endpoint = document.get("endpoint") or ""
    account.token_endpoint = document.get("tokenEndpoint") or ""
    account.ca_bundle = document.get("caBundle") or ""
    account.sandbox = bool(document.get("sandbox"))
    account.expires_on = date.fromisoformat(document["expiresOn"]) if document.get("expiresOn") else None
    account.state, account.last_error, account.last_success_ms = ProviderAccount.State.NEW, "", 0
    # Greater than before, whatever the clock says: it is the version that running attempts compare.
    account.credentials_changed_ms = max(now_ms(), account.credentials_changed_ms + 1)


def has_to_prove(account: ProviderAccount, document: Mapping[str, Any]) -> bool:
    """Whether the account sends with other credentials, which the document's must not replace untried.

    Those that the provider refuses send nothing, and those that nobody can read neither.
    """
    if account.pk is None or account.state == ProviderAccount.State.WRONG:
        return False
    try:
        old = account.secrets
    except InvalidToken:
        return False
    new = document.get("credentials") or {}
    return bool(old) and bool(new) and old != new


def is_in_use(account: ProviderAccount, candidate: Candidate) -> bool:
    try:
        return account.secrets == candidate.account.secrets
    except InvalidToken:
        return False


def hold(account: ProviderAccount, document: Mapping[str, Any]) -> None:
    """Keep the document's credentials for a proof, in place of others that wait for theirs."""
    kept = {key: document[key] for key in KEYS if document.get(key) is not None}
    now, former = now_ms(), PendingCredentials.objects.filter(pk=account.pk).defer("document").first()
    PendingCredentials(
        account=account,
        document=msgspec.json.encode(kept).decode(),
        set_ms=max(now, former.set_ms + 1) if former else now,
        due_ms=now,
    ).save()
    transaction.on_commit(lambda: wake(JOB), robust=True)


def discard(account: ProviderAccount) -> bool:
    """Whether there were any."""
    deleted, _ = PendingCredentials.objects.filter(pk=account.pk).delete()
    return deleted > 0


def pending_of(account: ProviderAccount) -> PendingCredentials | None:
    """Without the document, which may be unreadable: it is read when it is asked for."""
    return PendingCredentials.objects.filter(pk=account.pk).defer("document").first()


def pending_document(account: ProviderAccount) -> dict[str, Any]:
    """What waits for its proof; an empty dict where nothing does, or nobody can read it."""
    try:
        pending = PendingCredentials.objects.filter(pk=account.pk).first()
    except InvalidToken:
        return {}
    return msgspec.json.decode(pending.document) if pending else {}


def sentence(pending: PendingCredentials) -> str:
    """Why the new credentials are not in use, and what to do."""
    if not pending.error:
        return PROVING
    return f"The new credentials are not in use, the old ones send on: {pending.error}"


def candidate_of(account: ProviderAccount) -> Candidate | None:
    """Raises InvalidToken."""
    rows = PendingCredentials.objects.select_related("account__stage__game").defer("account__credentials")
    pending = rows.filter(pk=account.pk).first()
    if pending is None:
        return None
    as_new, document = pending.account, msgspec.json.decode(pending.document)
    adopt(as_new, document)
    return Candidate(as_new, pending.set_ms, document)


@transaction.atomic
def claim_due() -> Candidate | None:
    """The next new credentials to try, which no other worker does meanwhile."""
    now = now_ms()
    due = PendingCredentials.objects.filter(due_ms__lte=now).defer("document")
    row = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_ms").first()
    if row is None:
        return None
    PendingCredentials.objects.filter(pk=row.pk).update(due_ms=now + LEASE_MS)
    try:
        return candidate_of(ProviderAccount(pk=row.pk))
    except InvalidToken:
        _note(row.pk, row.set_ms, "None of FLINT_CREDENTIAL_KEYS fits them. Set the account again.")
        return None


def refused(candidate: Candidate, step: Step) -> None:
    """Tried again later, ever less often: a key may only have to be enabled, or a clock set."""
    words = [step.sentence, step.remedy]
    _note(candidate.account.pk, candidate.set_ms, " ".join(filter(None, words)))


def _note(pk: int, set_ms: int, error: str) -> None:
    row = PendingCredentials.objects.filter(pk=pk, set_ms=set_ms).defer("document").first()
    if row is not None:
        pause = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** min(row.tries, 10))
        PendingCredentials.objects.filter(pk=pk, set_ms=set_ms).update(
            error=error, tries=F("tries") + 1, due_ms=now_ms() + pause
        )
