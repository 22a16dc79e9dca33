"""Whether a stage's pushes of one provider are sent, recorded or refused."""

from dataclasses import dataclass

from games.models import Stage
from push.models import ProviderAccount
from push.providers import UNDELIVERABLE
from push.transports.base import PushError


@dataclass(frozen=True, slots=True)
class Route:
    """`refusal` fails every push; `recorded` gives them to the sandbox; else `account` sends them."""

    account: ProviderAccount | None = None
    recorded: bool = False
    refusal: PushError | None = None

    @property
    def version(self) -> tuple[int, int]:
        """Names the settings; (0, 0) without an account."""
        return (self.account.pk, self.account.credentials_changed_ms) if self.account else (0, 0)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for routes that the same transport serves."""
        return (*self.version, self.recorded, self.refusal.code if self.refusal else "")


def route_of(stage: Stage, provider: str, account: ProviderAccount | None) -> Route:
    if provider in UNDELIVERABLE:
        return _refused("undeliverable", "No service delivers to devices of this type.")
    if account is not None and account.records:
        return Route(account, recorded=True)
    if account is None or not account.credentials:
        if stage.name == "preview" or stage.sandbox_push:
            return Route(recorded=True)
        return _refused(
            "no_credentials", f"The live stage has no {provider} credentials: add a provider account."
        )
    return Route(account)


def unreadable() -> Route:
    """For an account whose credentials cannot be decrypted."""
    return _refused(
        "credentials_unreadable",
        "The account's credentials cannot be decrypted: none of FLINT_CREDENTIAL_KEYS fits.",
    )


def _refused(code: str, sentence: str) -> Route:
    return Route(refusal=PushError(code, sentence, permanent=True))
