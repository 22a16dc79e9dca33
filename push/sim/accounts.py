"""The senders' accounts: what the providers' consoles would hand out. The services take no others."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from .keys import base64url, p256, pem, point, rsa2048

KEY_ID, TEAM_ID, TOPIC = "KEY1234567", "TEAM123456", "com.example.dice"
PROJECT = "dice-1234"
EMAIL = "push@dice-1234.iam.gserviceaccount.com"
SERVICE_KEY_ID = "0123456789abcdef"
ADM_CLIENT = ("amzn1.application-oa2-client.dice", "the secret of the Kindle client")
WNS_CLIENT = ("ms-app://s-1-15-2-1234567890", "the secret of the Windows app")
SUBJECT = "mailto:push@example.org"


@dataclass(frozen=True)
class Accounts:
    """With a `folder` the keys are the same in each run."""

    folder: Path | None = None

    @cached_property
    def apns_key(self) -> ec.EllipticCurvePrivateKey:
        return p256(self._file("apns.p8"))

    @cached_property
    def service_key(self) -> rsa.RSAPrivateKey:
        return rsa2048(self._file("service-account.pem"))

    @cached_property
    def vapid_key(self) -> ec.EllipticCurvePrivateKey:
        return p256(self._file("vapid.pem"))

    @property
    def application_server_key(self) -> str:
        """What a browser's `pushManager.subscribe` is given."""
        return base64url(point(self.vapid_key.public_key()))

    def _file(self, name: str) -> Path | None:
        return self.folder / name if self.folder else None

    def credentials(self, provider: str, token_endpoint: str = "") -> dict[str, Any]:
        """As a sender's settings would hold them."""
        match provider:
            case "apns":
                return {"p8": pem(self.apns_key), "keyId": KEY_ID, "teamId": TEAM_ID, "topic": TOPIC}
            case "fcm":
                return {"serviceAccount": self._service_account(token_endpoint)}
            case "adm":
                return dict(zip(("clientId", "clientSecret"), ADM_CLIENT, strict=True))
            case "wns":
                return dict(zip(("clientId", "clientSecret"), WNS_CLIENT, strict=True))
            case _:
                return {"vapidPrivateKey": pem(self.vapid_key), "subject": SUBJECT}

    def _service_account(self, token_endpoint: str) -> dict[str, Any]:
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": SERVICE_KEY_ID,
            "private_key": pem(self.service_key),
            "client_email": EMAIL,
            "token_uri": token_endpoint,
        }
