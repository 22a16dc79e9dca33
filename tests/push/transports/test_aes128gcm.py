import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from push.transports.aes128gcm import encrypt

AUTH = bytes(range(16))


@pytest.mark.parametrize("plaintext", [b"", b"{}", "👍 your turn".encode(), b"x" * 3993])
def test_another_implementation_decrypts_it(plaintext: bytes) -> None:
    browser = ec.generate_private_key(ec.SECP256R1())
    body = encrypt(plaintext, browser.public_key(), AUTH)
    assert http_ece.decrypt(body, private_key=browser, auth_secret=AUTH, version="aes128gcm") == plaintext
    assert len(body) == 86 + len(plaintext) + 1 + 16


def test_each_push_has_a_salt_and_a_key_of_its_own() -> None:
    browser = ec.generate_private_key(ec.SECP256R1()).public_key()
    one, other = (encrypt(b"the same", browser, AUTH) for _ in range(2))
    assert (one[:16] == other[:16], one[21:86] == other[21:86]) == (False, False)
