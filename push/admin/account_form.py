"""The form of a provider account. What is secret is only ever written: no page holds it, refused or not."""

import json
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from push.account_documents import AccountFaults, check_document
from push.account_fields import CREDENTIALS, PUBLIC, SETTINGS, WITH_CREDENTIALS, document_of, field_of
from push.models import ProviderAccount
from push.pending import pending_document

NAMES = tuple(dict.fromkeys(name for names in CREDENTIALS.values() for name in names))
KEEPS = "Never shown. Empty keeps what is stored."


class SecretWidget(UnfoldAdminTextareaWidget):  # type: ignore[misc]
    """Renders empty, whatever was stored or sent."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})

    def format_value(self, value: Any) -> str:
        return ""


def _secret(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=SecretWidget(), help_text=f"{help_text} {KEEPS}", strip=False
    )


def _public(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=UnfoldAdminTextInputWidget()
    )


class ProviderAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    p8 = _secret("Signing key", "The text of the .p8 file from Apple's developer site.")
    key_id = _public("Key ID", "10 letters and digits, named beside the key.")
    team_id = _public("Team ID", "10 letters and digits, from the membership page.")
    topic = _public("Topic", "The app's bundle identifier.")
    service_account = _secret("Service account", "The JSON file from the Firebase console, whole.")
    client_id = _public("Client ID", "From the provider's console.")
    client_secret = _secret("Client secret", "From the provider's console.")
    vapid_key = _secret("VAPID private key", "A P-256 key as PEM text.")
    subject = _public("Subject", "Whom push services may contact: mailto:you@example.org")

    class Meta:
        model = ProviderAccount
        fields = ("stage", "provider", *SETTINGS)
        help_texts = {
            "endpoint": "Empty: the provider's own. Other hosts must be named in FLINT_PUSH_HOSTS.",
            "token_endpoint": "Empty: the provider's own.",
            "ca_bundle": "PEM text, where the endpoint's certificate is of an authority of your own.",
            "sandbox": "APNs with credentials: Apple's sandbox. Otherwise pushes are recorded, not sent.",
            "expires_on": "If you know when the provider ends them: you are warned 30 days before.",
            "daily_cap": "The most pushes a UTC day. Empty: no limit.",
            "device_daily_cap": "The most pushes to one device a UTC day. Empty: no limit.",
            "coalesces": "What waits for one device is sent as one push: the newest, with how many.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pending = pending_document(self.instance) if self.instance.pk else {}
        stored = self._stored()
        for name, key in CREDENTIALS.get(self.instance.provider, {}).items():
            if name in PUBLIC and name in self.fields:
                self.initial[name] = stored.get(key, "")
        if self._pending:
            self.initial.update({name: self._pending.get(SETTINGS[name]) for name in WITH_CREDENTIALS})

    def _stored(self) -> dict[str, Any]:
        """What the developer set last: new credentials that wait for their proof before those in use."""
        if self._pending:
            return dict(self._pending["credentials"])
        return self.instance.secrets if self.instance.pk else {}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        provider = data.get("provider") or self.instance.provider
        stage = data.get("stage") or getattr(self.instance, "stage", None)
        if not provider or stage is None:
            return data
        if not self.instance.pk and ProviderAccount.objects.filter(stage=stage, provider=provider).exists():
            self.add_error("provider", "The stage has an account at this provider already.")
            return data
        data["document"] = self._document(provider, data)
        try:
            check_document(provider, data["document"])
        except AccountFaults as error:
            for fault in error.faults:
                self.add_error(self._field_of(provider, fault), fault)
        return data

    def _document(self, provider: str, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("service_account"):
            data = data | {"service_account": self._json(str(data["service_account"]))}
        return document_of(provider, data, self._stored())

    def _json(self, text: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            # The parser's own words may quote the document.
            self.add_error("service_account", "It is not JSON.")
            return None

    def _field_of(self, provider: str, fault: str) -> str | None:
        name = field_of(provider, fault)
        return name if name in self.fields else None
