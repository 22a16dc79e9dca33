"""The form of a provider's credentials. What is secret is only ever written: no answer holds it."""

import json
from typing import Any

from cryptography.fernet import InvalidToken
from django import forms

from push.account_documents import MAX_SECRET, AccountFaults, check_document
from push.account_fields import (
    CREDENTIALS,
    PUBLIC,
    WITH_CREDENTIALS,
    document_of,
    field_of,
    newest_credentials,
)
from push.account_fields import SETTINGS as DOCUMENT_NAMES
from push.endpoints import TOKEN_ENDPOINTS
from push.mistaken import mistaken
from push.models import ProviderAccount
from push.pending import pending_document
from push.providers import Provider

AGAIN = "It was not kept: choose or paste it again."
SECRETS = {  # label, help, what a file's name ends with ("" where no file is handed out), rows of the paste
    "p8": ("Signing key", "The .p8 file from Apple's developer account, under Keys.", ".p8,.pem,.p12", 4),
    "service_account": (
        "Service account",
        "The JSON file from the Firebase console: Project settings, Service accounts, Generate new key.",
        ".json,application/json",
        4,
    ),
    "client_secret": ("Client secret", "From the provider's console.", "", 1),
    "vapid_key": ("VAPID private key", "A P-256 key as PEM text; or generate a pair below.", ".pem", 4),
}
PUBLIC_FIELDS = {
    "key_id": ("Key id", "10 letters and digits, named beside the key."),
    "team_id": ("Team id", "10 letters and digits, from the membership page."),
    "topic": ("Topic", "The app's bundle identifier."),
    "client_id": ("Client id", "From the provider's console."),
    "subject": ("Subject", "Whom push services may contact: mailto:you@example.org, or an https address."),
}
CLIENT_ID_OF_WNS = ("Package SID", "ms-app://s-1-15-2-…, from Partner Center.")
ENVIRONMENTS = [("", "Production"), ("on", "Sandbox: apps that Xcode installed")]


class SecretInput(forms.Textarea):
    """Renders empty, whatever was stored or sent."""

    def format_value(self, value: Any) -> str:
        return ""


class AccountForm(forms.Form):
    """`cleaned_data["document"]` is the account document. Empty secrets keep those that are stored."""

    expires_on = forms.DateField(
        label="Credentials end on",
        required=False,
        help_text="If you know it: you are warned 30, 14 and 3 days before, here and by mail.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    daily_cap = forms.IntegerField(
        label="Most pushes a day", required=False, min_value=1, help_text="UTC days. Empty: no limit."
    )
    device_daily_cap = forms.IntegerField(
        label="Most a device and day", required=False, min_value=1, help_text="Empty: no limit."
    )
    coalesces = forms.BooleanField(
        label="Send what waits for one device as one push, the newest", required=False
    )
    endpoint = forms.CharField(
        label="Endpoint",
        required=False,
        max_length=200,
        help_text="Empty: the provider's own. The operator names other hosts in FLINT_PUSH_HOSTS.",
    )
    token_endpoint = forms.CharField(
        label="Token endpoint", required=False, max_length=200, help_text="Empty: the provider's own."
    )
    ca_bundle = forms.CharField(
        label="CA bundle",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="PEM text, where the endpoint's certificate is of an authority of your own.",
    )

    CAPS = ("expires_on", "daily_cap", "device_daily_cap", "coalesces")
    ADVANCED = ("endpoint", "token_endpoint", "ca_bundle")

    def __init__(self, provider: str, account: ProviderAccount | None, *args: Any) -> None:
        self.provider, self.account = provider, account
        super().__init__(*args)
        self._stored = self._read()
        for name in CREDENTIALS[provider]:
            if name in PUBLIC:
                self._add_public(name)
            else:
                self._add_secret(name)
        self._add_sandbox()
        if provider not in TOKEN_ENDPOINTS:
            del self.fields["token_endpoint"]
        for name in ("daily_cap", "device_daily_cap", "coalesces", *WITH_CREDENTIALS):
            if account is not None and name in self.fields:
                self.initial[name] = getattr(account, name)
        waiting = pending_document(account) if account else {}
        if waiting:
            self.initial.update({name: waiting.get(DOCUMENT_NAMES[name]) for name in WITH_CREDENTIALS})
        if provider == Provider.APNS:
            self.initial["sandbox"] = "on" if self.initial.get("sandbox") else ""

    @property
    def credentials(self) -> list[forms.BoundField]:
        """In the order that a provider's console shows them, each file before the text of the same."""
        names = [each for name in CREDENTIALS[self.provider] for each in (f"{name}_file", name)]
        return [self[name] for name in (*names, "sandbox") if name in self.fields]

    @property
    def caps(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CAPS]

    @property
    def advanced(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ADVANCED if name in self.fields]

    @property
    def keeps(self) -> bool:
        """Whether secrets that are left empty stay as they are stored."""
        return bool(self._stored)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in SECRETS:
            if name in self.fields:
                data[name] = self._secret(name, data)
        if self.errors:
            return data
        data["sandbox"] = bool(data.get("sandbox"))
        data["document"] = document_of(self.provider, data, self._stored)
        try:
            check_document(self.provider, data["document"])
        except AccountFaults as error:
            for fault in error.faults:
                self._add_fault(fault)
        return data

    def _read(self) -> dict[str, Any]:
        try:
            return newest_credentials(self.account) if self.account else {}
        except InvalidToken:
            return {}

    def _add_public(self, name: str) -> None:
        label, help_text = PUBLIC_FIELDS[name]
        if name == "client_id" and self.provider == Provider.WNS:
            label, help_text = CLIENT_ID_OF_WNS
        self.fields[name] = forms.CharField(
            label=label, help_text=help_text, required=False, widget=_input(autocomplete="off")
        )
        self.initial[name] = self._stored.get(CREDENTIALS[self.provider][name], "")

    def _add_secret(self, name: str) -> None:
        label, help_text, ends, rows = SECRETS[name]
        paste = SecretInput(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false"})
        text = help_text
        if ends:
            self.fields[f"{name}_file"] = forms.FileField(
                label=f"{label}, the file",
                required=False,
                allow_empty_file=True,
                help_text=help_text,
                widget=forms.FileInput(attrs={"accept": ends}),
            )
            label, text = f"{label}, or its text", ""
        if self._stored:
            text = f"{text} Never shown again. Empty keeps what is stored.".strip()
        self.fields[name] = forms.CharField(
            label=label, required=False, widget=paste, help_text=text, strip=False
        )

    def _add_sandbox(self) -> None:
        if self.provider == Provider.APNS:
            self.fields["sandbox"] = forms.ChoiceField(
                label="Environment", choices=ENVIRONMENTS, required=False
            )
        else:
            self.fields["sandbox"] = forms.BooleanField(
                label="Only record pushes in the log, send none", required=False
            )

    def _secret(self, name: str, data: dict[str, Any]) -> Any:
        """The file's text, or what was pasted; None where neither was given, or it is something else."""
        file = data.get(f"{name}_file")
        field = f"{name}_file" if file else name
        content = file.read(MAX_SECRET + 1) if file else str(data.get(name) or "").encode()
        if not content.strip() and not file:
            return None
        if words := mistaken(self.provider, content):
            self.add_error(field, words)
            return None
        if len(content) > MAX_SECRET:
            self.add_error(field, f"This is larger than {MAX_SECRET // 1000} KB, which no such file is.")
            return None
        try:
            text = content.decode()
            return json.loads(text) if name == "service_account" else text
        except (ValueError, RecursionError):
            # The parser's own words may quote the document.
            self.add_error(field, "It is not JSON." if name == "service_account" else "It is not text.")
            return None

    def _add_fault(self, fault: str) -> None:
        name = field_of(self.provider, fault)
        path, _, words = fault.partition(": ")
        if name in SECRETS:
            words = f"{path.removeprefix('credentials.')}: {words}. {AGAIN}"
        if f"{name}_file" in self.fields and self.cleaned_data.get(f"{name}_file"):
            name = f"{name}_file"
        self.add_error(name if name in self.fields else None, words if name in self.fields else fault)


def _input(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"spellcheck": "false", **attributes})
