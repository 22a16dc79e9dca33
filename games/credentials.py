"""Credentials: the ones every game has, and the changes an operator may make."""

import secrets
import string
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from games.audit import record
from games.models import Credential, Game, User
from games.stages import touch_both
from protocol.dates import now_ms

_ALPHABET = string.ascii_letters + string.digits
SECRET_LENGTH = 32
HOUR_MS = 3_600_000
GRACES = (0, 1, 24)  # hours that a form offers


@dataclass(frozen=True, slots=True)
class SystemCredential:
    name: str
    player: bool
    listener: bool
    rest_policy: Credential.RestPolicy = Credential.RestPolicy.FORBIDDEN


# wire-protocol.md, 8.1; without `sftp`, which is no socket and has no service here.
SYSTEM: dict[str, SystemCredential] = {
    "device": SystemCredential("Device", player=True, listener=True),
    "server": SystemCredential(
        "Server", player=False, listener=True, rest_policy=Credential.RestPolicy.ALLOWED
    ),
    "server-send": SystemCredential(
        "Server, sending only", player=False, listener=False, rest_policy=Credential.RestPolicy.ALLOWED
    ),
    "debug": SystemCredential("Debug", player=True, listener=True, rest_policy=Credential.RestPolicy.TOKEN),
}


def new_secret() -> str:
    """Letters and digits only: a colon would switch the SDKs to `secure` (wire-protocol.md, 1.6)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_LENGTH))


def create_system_credentials(game: Game) -> None:
    Credential.objects.bulk_create(
        Credential(
            game=game,
            short_code=code,
            name=system.name,
            secret=new_secret(),
            player=system.player,
            listener=system.listener,
            rest_policy=system.rest_policy,
        )
        for code, system in SYSTEM.items()
    )


def save_credential(game: Game, short_code: str, fields: dict[str, Any], actor: User | None) -> Credential:
    """Creates or changes one. `fields` are model fields; a new one without `secret` gets its own.

    Raises ValidationError with every faulty field.
    """
    with transaction.atomic():
        credential = Credential.objects.filter(game=game, short_code=short_code).first()
        action = "credential.changed" if credential else "credential.created"
        credential = credential or Credential(
            game=game, short_code=short_code, name=short_code, secret=new_secret()
        )
        changed = sorted(key for key, value in fields.items() if getattr(credential, key) != value)
        for key, value in fields.items():
            setattr(credential, key, value)
        credential.full_clean(validate_unique=False, validate_constraints=False)
        if credential.pk is None or changed:
            credential.save()
            record(actor, action, short_code, game, fields=changed)
            touch_both(game)
    return credential


def reset_secret(credential: Credential, actor: User | None, grace_hours: int = 0) -> str:
    """The new secret, shown once; the present one is good for `grace_hours` more.

    Raises ValidationError for `device`: players' apps carry that one.
    """
    if credential.short_code == "device":
        raise ValidationError("The secret of the device credential is in players' apps and cannot be reset.")
    with transaction.atomic():
        row = Credential.objects.select_for_update(no_key=True).get(pk=credential.pk)
        credential.former_secret = row.secret if grace_hours else None
        credential.former_until_ms = now_ms() + grace_hours * HOUR_MS if grace_hours else 0
        credential.secret = new_secret()
        credential.save(update_fields=["secret", "former_secret", "former_until_ms"])
        grace = {"grace_hours": grace_hours} if grace_hours else {}
        record(actor, "credential.secret_reset", credential.short_code, credential.game, **grace)
        touch_both(credential.game)
    return credential.secret


def delete_credential(credential: Credential, actor: User | None) -> None:
    """Raises ValidationError for a system credential."""
    if credential.short_code in SYSTEM:
        raise ValidationError(f"{credential.short_code} is a system credential and cannot be deleted.")
    with transaction.atomic():
        record(actor, "credential.deleted", credential.short_code, credential.game)
        credential.delete()
        touch_both(credential.game)
