"""Keys that tests of this package share: the same for the same name."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from push.sim.keys import p256, pem, rsa2048

__all__ = ["p8_key", "pem", "service_key"]

_p8: dict[str, ec.EllipticCurvePrivateKey] = {}
_service: dict[str, rsa.RSAPrivateKey] = {}


def p8_key(name: str = "team") -> ec.EllipticCurvePrivateKey:
    return _p8.setdefault(name, _p8.get(name) or p256(None))


def service_key(name: str = "project") -> rsa.RSAPrivateKey:
    return _service.setdefault(name, _service.get(name) or rsa2048(None))
