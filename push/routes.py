"""Whether a stage's pushes of one provider are sent, recorded or refused."""

from collections.abc import Collection
from dataclasses import dataclass

from cryptography.fernet import InvalidToken

from games.models import Stage
from push.models import ProviderAccount
from push.providers import UNDELIVERABLE
from push.transports.base import PushError
from push.transports.failures import failure


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


def current_route(stage: Stage, provider: str) -> Route:
    """By the account as it is stored now."""
    try:
        account = (
            ProviderAccount.objects.filter(stage=stage, provider=provider)
            .select_related("stage__game")
            .first()
        )
    except InvalidToken:
        return unreadable()
    return route_of(stage, provider, account)


def current_routes(stage: Stage, providers: Collection[str]) -> dict[str, Route]:
    """By provider; by one statement, unless some account's credentials cannot be read."""
    accounts = ProviderAccount.objects.filter(stage=stage, provider__in=providers)
    try:
        found = {account.provider: account for account in accounts.select_related("stage__game")}
    except InvalidToken:
        return {provider: current_route(stage, provider) for provider in providers}
    return {provider: route_of(stage, provider, found.get(provider)) for provider in providers}


def route_of(stage: Stage, provider: str, account: ProviderAccount | None) -> Route:
    if provider in UNDELIVERABLE:
        return Route(refusal=failure(provider, "undeliverable"))
    if account is not None and account.records:
        return Route(account, recorded=True)
    if account is None or not account.credentials:
        if stage.name == "preview" or stage.sandbox_push:
            return Route(recorded=True)
        return Route(refusal=failure(provider, "no_credentials"))
    return Route(account)


def unreadable() -> Route:
    """For an account whose credentials cannot be decrypted."""
    return Route(refusal=failure("", "credentials_unreadable"))
