"""The second step of signing in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes."""

import hmac
import secrets
import time

import pyotp
from django.db import transaction

from games.accounts import secret_texts
from games.audit import record
from games.models import RecoveryCode, SecondFactor, User

ISSUER = "Flint"
CODES = 10
STEP = 30  # seconds
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
GROUPS, OF = 4, 4  # letters: 79 bits


def new_secret() -> str:
    return pyotp.random_base32()


def address(user: User, secret: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=ISSUER)


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def turn_on(user: User, secret: str, code: str) -> list[str] | None:
    """The recovery codes, which nobody can see again; None where the code is not the secret's."""
    step = _step_of(secret, code, time.time())
    if step is None:
        return None
    with transaction.atomic():
        SecondFactor.objects.update_or_create(user=user, defaults={"secret": secret, "last_step": step})
        record(user, "user.second_step_on", user.get_username())
        return _renew(user)


def turn_off(user: User, actor: User | None) -> None:
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        record(actor, "user.second_step_off", user.get_username())


def new_recovery_codes(user: User) -> list[str]:
    """The former ones are worth nothing any more."""
    with transaction.atomic():
        record(user, "user.recovery_codes", user.get_username())
        return _renew(user)


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user).count()


def accepts(user: User, given: str) -> bool:
    """Whether this is the app's code of now, or a recovery code. Either is used up by it."""
    code = "".join(given.split()).replace("-", "").lower()
    if code.isascii() and code.isdigit():
        return _accepts_step(user, code)
    with transaction.atomic():
        used, _ = RecoveryCode.objects.filter(user=user, digest=secret_texts.digest(code)).delete()
        if used:
            record(user, "user.recovery_code_used", user.get_username(), left=codes_left(user))
    return bool(used)


def _accepts_step(user: User, code: str) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    step = factor and _step_of(factor.secret, code, time.time())
    if not step:
        return False
    return bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def _step_of(secret: str, code: str, now: float) -> int | None:
    """The time step whose code it is: the present one, or a neighbour where a clock is a little off."""
    codes = pyotp.TOTP(secret)
    for step in (int(now) // STEP + off for off in (0, -1, 1)):
        if hmac.compare_digest(codes.generate_otp(step).encode(), code.strip().encode()):
            return step
    return None


def _renew(user: User) -> list[str]:
    codes = ["-".join(_letters(OF) for _ in range(GROUPS)) for _ in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    digests = [secret_texts.digest(code.replace("-", "")) for code in codes]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest) for digest in digests])
    return codes


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
