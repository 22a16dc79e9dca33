"""A provider's account at a stage as pages show it: its state in words, and what it did today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Sum

from games.models import AuditEntry, Stage
from portal.web.reason_looks import Look
from portal.web.wording import moment
from protocol.dates import now_ms
from push.accounts import public_part
from push.counting import day_of
from push.expiry import expiry_of, warning_of
from push.explaining import explain
from push.fingerprints import fingerprint_of
from push.models import PendingCredentials, ProviderAccount, PushCount
from push.pending import sentence
from push.providers import Provider
from push.registered import MOST, registered
from push.routes import route_of, unreadable
from push.transports.registry import TRANSPORTS

SANDBOX = Look("pushed", "▲", "Sandbox")
MISSING = Look("failed", "✖", "No credentials")
UNREADABLE = Look("failed", "✖", "Unreadable")
EXPIRED = Look("failed", "✖", "Expired")
LOOKS = {
    ProviderAccount.State.NEW: Look("waiting", "◔", "Not verified"),
    ProviderAccount.State.WORKING: Look("ok", "●", "Working"),
    ProviderAccount.State.FAILING: Look("failed", "✖", "Failing"),
    ProviderAccount.State.WRONG: Look("failed", "✖", "Wrong settings"),
}
SENTENCES = {
    SANDBOX: "Pushes are recorded in the push log, and sent to nobody.",
    MISSING: "Every push of this provider fails until its credentials are added.",
    UNREADABLE: "None of the server's keys opens the stored credentials: add them again.",
    LOOKS[ProviderAccount.State.NEW]: "Nothing was sent with these credentials yet. Verify them.",
    LOOKS[ProviderAccount.State.WORKING]: "The provider takes these credentials.",
}
REACHES = {
    Provider.APNS: "iPhone, iPad, Mac, by a .p8 key",
    Provider.FCM: "Android, by a service account",
    Provider.ADM: "Amazon's Fire tablets, by a client id and secret",
    Provider.WNS: "Windows, by a package SID and secret",
    Provider.WEB: "Browsers, by a VAPID key pair",
}
PUBLIC_NAMES = {
    "keyId": "Key id",
    "teamId": "Team id",
    "topic": "Topic",
    "clientId": "Client id",
    "subject": "Subject",
    "project_id": "Project",
    "client_email": "Service account",
    "private_key_id": "Key id",
    "applicationServerKey": "Public key",
}


@dataclass(frozen=True, slots=True)
class Card:
    """`account` is None without one; `facts` are its credentials' public parts, by name. `why` is the last
    failure with its `remedy`, `waits` the sentence on new credentials that are not in use yet."""

    provider: str
    look: Look
    account: ProviderAccount | None
    facts: Mapping[str, str]
    fingerprint: str
    why: str
    remedy: str
    waits: str
    devices: int
    sent: int
    failed: int

    @property
    def name(self) -> str:
        return Provider(self.provider).label

    @property
    def reaches(self) -> str:
        return REACHES[Provider(self.provider)]

    @property
    def sentence(self) -> str:
        return SENTENCES.get(self.look, "")

    @property
    def stored(self) -> bool:
        return bool(self.fingerprint) or self.look is UNREADABLE

    @property
    def warning(self) -> str:
        return warning_of(self.account) if self.account else ""

    @property
    def expires(self) -> str:
        expiry = expiry_of(self.account) if self.account else None
        return f"{expiry.on}: {expiry.what}" if expiry else ""

    @property
    def changed(self) -> datetime | None:
        return moment(self.account.credentials_changed_ms) if self.account and self.stored else None

    @property
    def succeeded(self) -> datetime | None:
        known = self.account and self.account.last_success_ms
        return moment(known) if known else None

    @property
    def many_devices(self) -> str:
        return f"{MOST:,}+" if self.devices > MOST else f"{self.devices:,}"


def cards_of(stage: Stage) -> list[Card]:
    """Of every provider that delivers; the same few statements, however many have an account."""
    accounts, devices, counts = stored_accounts(stage), registered(stage), _counts(stage)
    return [
        card_of(stage, provider, accounts.get(provider), devices[provider], *counts.get(provider, (0, 0)))
        for provider in TRANSPORTS
    ]


def stored_accounts(stage: Stage) -> dict[str, ProviderAccount]:
    """By provider. Their secrets raise InvalidToken where nobody can read them."""
    rows = ProviderAccount.objects.filter(stage=stage).select_related("stage__game", "pending")
    rows = rows.defer("pending__document")
    try:
        return {row.provider: row for row in rows}
    except InvalidToken:
        return {row.provider: row for row in rows.defer("credentials", "pending__document")}


def card_of(
    stage: Stage,
    provider: str,
    account: ProviderAccount | None,
    devices: int = 0,
    sent: int = 0,
    failed: int = 0,
) -> Card:
    secrets: dict[str, Any] = {}
    facts: dict[str, str] = {}
    try:
        route = route_of(stage, provider, account)
        if account is not None:
            secrets = account.secrets
            facts = {PUBLIC_NAMES[name]: value for name, value in public_part(account).items()}
    except InvalidToken:
        route = unreadable()
    if route.recorded:
        look = SANDBOX
    elif route.refusal is not None:
        look = UNREADABLE if route.refusal.code == "credentials_unreadable" else MISSING
    else:
        look = _look(account)
    code, _, detail = account.last_error.partition(": ") if account else ("", "", "")
    waiting: PendingCredentials | None = getattr(account, "pending", None)
    return Card(
        provider=provider,
        look=look,
        account=account,
        facts=facts,
        fingerprint=fingerprint_of(secrets),
        why=detail or code,
        remedy=explain(code, provider).remedy if code else "",
        waits=sentence(waiting) if waiting else "",
        devices=devices,
        sent=sent,
        failed=failed,
    )


def setter_of(account: ProviderAccount) -> AuditEntry | None:
    """Who set the account last."""
    entries = AuditEntry.objects.filter(game=account.stage.game_id, action="push_account.set")
    return entries.filter(detail__stage=account.stage.name, detail__provider=account.provider).first()


def _look(account: ProviderAccount | None) -> Look:
    assert account is not None
    expiry = expiry_of(account)
    if expiry is not None and expiry.days < 0:
        return EXPIRED
    return LOOKS[ProviderAccount.State(account.state)]


def _counts(stage: Stage) -> dict[str, tuple[int, int]]:
    """Of today, in UTC: a row for each kind of message, which is few."""
    rows = PushCount.objects.filter(stage=stage, day=day_of(now_ms())).order_by()
    found = rows.values_list("provider").annotate(Sum("sent"), Sum("failed"))
    return {provider: (sent, failed) for provider, sent, failed in found}
