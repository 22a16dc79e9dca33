import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from pytest_django import Settings

from games.encryption import decrypt, encrypt, rotate
from games.models import Credential, Game

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_text_is_the_same_after_decrypting() -> None:
    assert decrypt(encrypt("a secret 😀")) == "a secret 😀"


def test_rotated_text_is_read_without_the_old_key(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    stored = encrypt("a secret")
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    rotated = rotate(stored)
    settings.CREDENTIAL_KEYS = [NEW]
    assert decrypt(rotated) == "a secret"
    with pytest.raises(InvalidToken):
        decrypt(stored)


def test_credential_is_encrypted_in_its_column(game: Game) -> None:
    credential = Credential.objects.get(game=game, short_code="device")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM games_credential WHERE id = %s", [credential.pk])
        (stored,) = cursor.fetchone()
    assert credential.secret not in stored
    assert decrypt(stored) == credential.secret
