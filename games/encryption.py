"""Text that is encrypted in the database and plain in Python."""

from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def encrypt(text: str) -> str:
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Raises cryptography.fernet.InvalidToken when no key of CREDENTIAL_KEYS fits."""
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).decrypt(stored.encode()).decode()


def rotate(stored: str) -> str:
    """The same text, encrypted by the first key: once a new key is in front, before the old goes."""
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).rotate(stored.encode()).decode()


def is_current(stored: str) -> bool:
    """Whether the first key encrypted it."""
    try:
        _fernet(tuple(settings.CREDENTIAL_KEYS[:1])).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class EncryptedTextField(TextField):
    """A text column under Fernet. Cannot be searched: each encryption of one text differs."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value)
