"""A certificate authority of one's own, for servers that only this machine speaks to."""

import ssl
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from .keys import pem

LIFE = timedelta(days=3650)
HOSTS = ("127.0.0.1", "::1", "localhost")


class Authority:
    """`bundle` is what a client has to trust. With a `folder` it is the same authority in each run."""

    def __init__(self, folder: Path | None = None) -> None:
        file = folder / "authority.pem" if folder else None
        if file is not None and file.exists():
            text = file.read_bytes()
            key = load_pem_private_key(text, None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            self._key, self._certificate = key, x509.load_pem_x509_certificate(text)
        else:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._own_certificate()
        self.bundle = self._certificate.public_bytes(Encoding.PEM).decode()
        if folder is not None and file is not None:
            file.touch(0o600)
            file.write_text(pem(self._key) + self.bundle)
            (folder / "ca.pem").write_text(self.bundle)

    def server_context(self, hosts: Sequence[str] = HOSTS, alpn: Sequence[str] = ()) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "server.pem"
            path.write_text(self.server_pem(hosts))
            context.load_cert_chain(path)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def _own_certificate(self) -> x509.Certificate:
        name = _name("A push simulator's throw-away authority")
        public = self._key.public_key()
        identifier = x509.SubjectKeyIdentifier.from_public_key(public)
        return (
            _builder(name, name, public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(identifier, critical=False)
            .add_extension(_signs_certificates(), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def server_pem(self, hosts: Sequence[str] = HOSTS) -> str:
        """A key, and a certificate for it."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            _builder(self._certificate.subject, _name(hosts[0]), key.public_key())
            .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return pem(key) + certificate.public_bytes(Encoding.PEM).decode()


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _builder(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
    )


def _signs_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
