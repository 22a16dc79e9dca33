"""What a stage needs to speak to a provider."""

import json
from typing import Any

from django.db import models

from games.encryption import EncryptedTextField
from push.providers import Provider


class ProviderAccount(models.Model):
    """A stage's account at a provider. Written by push.accounts only, which validates and audits.

    `credentials` is the JSON object of the account document, encrypted; "" without any.
    `endpoint`, `token_endpoint` replace the provider's own ("" keeps them); `ca_bundle` is PEM text.
    `sandbox`: for apns with credentials Apple's sandbox environment, else the recording sandbox.
    `daily_cap` pushes a UTC day, None for no limit; `sent_today` counts on `sent_day` ("2016-11-30").
    `device_daily_cap` is the same for each device (push.caps). `coalesces`: pushes that wait for one device
    leave as one (push.coalescing). `expires_on` is what the developer knows of the credentials' end.
    `credentials_changed_ms` names the version of everything above; what an attempt made under an older
    version learnt is not written. `last_success_ms` is under the present version, 0 if none yet.
    """

    class State(models.TextChoices):
        NEW = "new", "Not verified"
        WORKING = "working", "Working"
        FAILING = "failing", "Failing"
        WRONG = "wrong", "Wrong settings"

    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="push_accounts")
    provider = models.CharField(max_length=5, choices=Provider.choices)
    credentials = EncryptedTextField(blank=True, default="")
    endpoint = models.CharField(max_length=200, blank=True, default="")
    token_endpoint = models.CharField(max_length=200, blank=True, default="")
    ca_bundle = models.TextField("CA bundle", blank=True, default="")
    sandbox = models.BooleanField(default=False)
    daily_cap = models.PositiveIntegerField(null=True, blank=True)
    sent_day = models.CharField(max_length=10, blank=True, default="", editable=False)
    sent_today = models.PositiveIntegerField(default=0, editable=False)
    device_daily_cap = models.PositiveIntegerField(null=True, blank=True)
    coalesces = models.BooleanField("coalesce", default=False, db_default=False)
    expires_on = models.DateField("credentials expire on", null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.NEW, editable=False)
    last_success_ms = models.BigIntegerField(default=0, editable=False)
    credentials_changed_ms = models.BigIntegerField(default=0, editable=False)
    last_error = models.TextField(blank=True, default="", editable=False)

    class Meta:
        verbose_name = "push account"
        ordering = ["stage", "provider"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "provider"], name="push_account_stage_provider")
        ]

    def __str__(self) -> str:
        return f"{self.stage} · {self.get_provider_display()}"

    @property
    def secrets(self) -> dict[str, Any]:
        """The decrypted credentials; an empty dict without any. Never to be shown or logged."""
        return json.loads(self.credentials) if self.credentials else {}

    @property
    def records(self) -> bool:
        """Whether this account's pushes are recorded by the sandbox instead of being sent."""
        return self.sandbox and not (self.provider == Provider.APNS and self.credentials)


class PendingCredentials(models.Model):
    """What an account is to send with once the provider has taken it; until then it sends as before.

    `document` is the account document without what applies at once (push.pending), encrypted. `set_ms` names
    its version. `due_ms` is when the worker tries it next, `tries` how often it was tried. `error` is why it
    was not taken the last time, with the remedy, "" before the first try.
    """

    account = models.OneToOneField(
        ProviderAccount, on_delete=models.CASCADE, primary_key=True, related_name="pending"
    )
    document = EncryptedTextField()
    set_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"new credentials of {self.account}"
