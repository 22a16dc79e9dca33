"""System checks of the settings, each named by its environment variable (docs/settings.md).

Those of `DEPLOYMENT` run with `manage.py check --deploy` alone: they are about strangers on the network.
"""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from games.models import Game, Stage
from portal import environment, limit_checks, script_checks, service_checks
from portal.demo.game import IMPORTED
from push import missing_credentials
from push.expiry import expiring, warning_of
from realtime import several

Found = Iterator[CheckMessage]
POSITIVE = [
    "FLINT_DRAIN_PER_SECOND",
    "FLINT_RETENTION_MESSAGE_DAYS",
    "FLINT_RETENTION_TRANSACTION_DAYS",
]


def register_checks() -> None:
    for check in (credential_keys, limit_checks.limits, numbers, processes, public_url, push_credentials):
        register(_listed(check))
    for check in DEPLOYMENT:
        register(_listed(check), Tags.security, deploy=True)


def _listed(check: Callable[[], Found]) -> Callable[..., Iterable[CheckMessage]]:
    def run(app_configs: Any, **options: Any) -> list[CheckMessage]:
        return list(check())

    return run


# --- what can never work --------------------------------------------------------------------------------


def credential_keys() -> Found:
    for number, key in enumerate(settings.CREDENTIAL_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            yield Error(
                f"FLINT_CREDENTIAL_KEYS: key {number} is no Fernet key (32 bytes in URL-safe base64).",
                hint="Make one with cryptography.fernet.Fernet.generate_key().",
                id="flint.E001",
            )


def numbers() -> Found:
    for name in POSITIVE:
        if getattr(settings, name) <= 0:
            yield Error(f"{name} must be above 0.", id="flint.E002")
    if settings.TRUSTED_HOPS < 0:
        yield Error("FLINT_TRUSTED_HOPS must not be below 0.", id="flint.E003")


def processes() -> Found:
    for name in ("FLINT_DRAIN_SECONDS", "FLINT_PROCESSES"):
        if getattr(settings, name) < 0:
            yield Error(f"{name} must not be below 0.", id="flint.E003")
    if settings.FLINT_PROCESSES > 1 and (refusal := several.refusal()):
        yield Error(f"FLINT_PROCESSES is {settings.FLINT_PROCESSES}. {refusal}", id="flint.E005")


def public_url() -> Found:
    parts = urlsplit(settings.PUBLIC_URL)
    if settings.PUBLIC_URL and (parts.scheme not in ("http", "https") or not parts.hostname):
        yield Error("FLINT_PUBLIC_URL must be like https://flint.example.com.", id="flint.E004")


# --- what fails until somebody does something ------------------------------------------------------------


def push_credentials() -> Found:
    for stage, refusal in _rows(missing_credentials.live_stages()):
        yield Warning(
            f"{stage.game.api_key}: {refusal.detail} "
            f"Pushes to its devices end as push_failed:{refusal.code}.",
            hint=refusal.remedy,
            id="flint.W031",
        )


# --- what strangers could use ---------------------------------------------------------------------------


def generated_keys() -> Found:
    for number, (name, file) in enumerate(
        (("FLINT_SECRET_KEY", "secret_key"), ("FLINT_CREDENTIAL_KEYS", "credential_keys")), 1
    ):
        if not environment.text(name):
            yield Warning(
                f"{name} is missing: the key generated into {settings.VAR_DIR / file} is used.",
                hint="Set it from where you keep secrets: whoever copies the folder has the key, "
                "and another machine would make another one.",
                id=f"flint.W00{number}",
            )


def debugging() -> Found:
    if settings.DEBUG:
        yield Warning("FLINT_DEBUG is on: error pages show settings and code.", id="flint.W003")


def hosts() -> Found:
    if "*" in settings.ALLOWED_HOSTS:
        yield Warning("FLINT_HOSTS allows every host name.", hint="Name your own.", id="flint.W004")
    elif not environment.names("FLINT_HOSTS"):
        yield Warning(
            "FLINT_HOSTS is missing: the operators' pages open on this machine alone.",
            hint="Name your hosts.",
            id="flint.W004",
        )


def encryption() -> Found:
    if not settings.HTTPS:
        yield Warning(
            "FLINT_PUBLIC_URL is missing or not https: operators' cookies travel unencrypted.",
            hint="Put a proxy with a certificate in front, and name its address.",
            id="flint.W005",
        )
    elif settings.TRUSTED_HOPS == 0:
        yield Warning(
            "FLINT_TRUSTED_HOPS is 0, but FLINT_PUBLIC_URL is https, so a proxy stands in front: all players "
            "share its address and its limits.",
            hint="Set it to the number of proxies.",
            id="flint.W006",
        )


def push_hosts() -> Found:
    if inside := [host for host in settings.FLINT_PUSH_HOSTS if _is_inside(host)]:
        yield Warning(
            f"FLINT_PUSH_HOSTS allows pushes into your own network: {', '.join(inside)}.", id="flint.W007"
        )


def sandbox_on_live() -> Found:
    stages = Stage.objects.filter(name="live", sandbox_push=True).select_related("game")
    for stage in _rows(stages.order_by("game__api_key")):
        yield Warning(
            f"The live stage of {stage.game.api_key} records pushes and sends none.",
            hint="Switch its push sandbox off in the admin.",
            id="flint.W008",
        )


def push_expiry() -> Found:
    try:
        accounts = expiring()
    except DatabaseError:  # none yet
        return
    for account in accounts:
        yield Warning(f"Push account {account}: {warning_of(account)}", id="flint.W030")


def demo_game() -> Found:
    for game in _rows(Game.objects.filter(audit_entries__action=IMPORTED).distinct()):
        yield Warning(
            f"The demo game {game.api_key} is here: everybody knows its players' passwords.",
            hint="Delete it, or start with another database.",
            id="flint.W009",
        )


DEPLOYMENT = (
    generated_keys,
    debugging,
    hosts,
    encryption,
    limit_checks.trusted_proxies,
    limit_checks.room_for_sockets,
    script_checks.sandbox,
    push_hosts,
    sandbox_on_live,
    push_expiry,
    demo_game,
    service_checks.postgresql,
    service_checks.redis,
)


def _rows(query: Any) -> list[Any]:
    """None where there is no database yet."""
    try:
        return list(query)
    except DatabaseError:
        return []


def _is_inside(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return False
