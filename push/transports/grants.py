"""What an account shows for an access token: the form for the token endpoint."""

import time
from typing import Any, Protocol

from google.auth import exceptions, jwt
from google.oauth2 import service_account

from push.providers import Provider
from push.transports.failures import failure

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Grant(Protocol):
    def form(self) -> dict[str, str]:
        """Raises PushError."""


class ServiceAccount:
    """Google's: a signed assertion (RFC 7523)."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.credentials = service_account.Credentials.from_service_account_info(document, scopes=[SCOPE])
        self._audience = document["token_uri"]

    def form(self) -> dict[str, str]:
        return {"grant_type": JWT_BEARER, "assertion": self._assertion()}

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.credentials.service_account_email,
            "scope": SCOPE,
            "aud": self._audience,
            "iat": now,
            "exp": now + 3600,
        }
        try:
            return bytes(jwt.encode(self.credentials.signer, claims)).decode()
        except exceptions.GoogleAuthError as error:
            raise failure(Provider.FCM, "invalid_key") from error


class ClientCredentials:
    """Amazon's and Microsoft's: a client's id and secret (RFC 6749, 4.4)."""

    def __init__(self, credentials: dict[str, Any], scope: str) -> None:
        self._form = {
            "grant_type": "client_credentials",
            "client_id": credentials["clientId"],
            "client_secret": credentials["clientSecret"],
            "scope": scope,
        }

    def form(self) -> dict[str, str]:
        return self._form
