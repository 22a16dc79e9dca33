"""The handshake of a socket: nonce, hmac, session, resumed log-in (wire-protocol.md §2, §3)."""

import secrets
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from games import credential_use
from games.config import GameConfig
from games.config_store import configs
from messaging import first_connections
from players.batchers import ResumeKey, resume
from protocol.addresses import Address
from protocol.secure import harness_nonce, hmac_equal
from protocol.session import Session

CONNECT_REQUEST = ".AuthenticatedConnectRequest"
CONNECT_RESPONSE = ".AuthenticatedConnectResponse"
# wire-protocol.md §2.7: the SDKs' own defaults, sent so that those that reset without it keep them.
CLIENT_CONFIG = {
    "retryBase": 2000,
    "retryMax": 60000,
    "requestTimeout": 15000,
    "durableConcurrentRequests": 1,
    "durableDrainInterval": 100,
    "handshakeOffset": 2000,
}
NO_TOKEN = ("", "0")

_live_sessions: WeakValueDictionary[str, Session] = WeakValueDictionary()


class Refused(Exception):
    """`error` is the connect response's."""

    def __init__(self, error: dict[str, str]) -> None:
        super().__init__(error)
        self.error = error


@dataclass(slots=True)
class Handshake:
    """An upgraded socket that has not proved its secret yet."""

    address: Address
    config: GameConfig
    client: str
    base_url: str
    nonce: str

    def challenge(self) -> dict[str, Any]:
        return {"@class": CONNECT_RESPONSE, "nonce": self.nonce}

    async def complete(self, document: dict[str, Any]) -> tuple[Session, dict[str, Any]]:
        """The session and the answer to a connect request. Raises Refused."""
        credential = self.config.credentials.get(self.address.credential)
        if credential is None:
            raise Refused({"apiKey": "UNKNOWN"})
        presented, portal_session = document.get("hmac"), _text(document.get("portalSession"))
        signed = harness_nonce(self.nonce, portal_session) if portal_session else self.nonce
        if not any(hmac_equal(secret, signed, presented) for secret in credential.secrets):
            raise Refused({"hmac": "INVALID"})
        session = Session(
            api_key=self.config.api_key,
            game_id=self.config.game_id,
            stage_id=self.config.stage_id,
            stage=self.config.stage,
            rights=credential.rights,
            address=self.client,
            base_url=self.base_url,
            session_id=_session_id(document.get("sessionId"), self.config.stage_id, self.address.credential),
            device_id=_text(document.get("deviceId")),
            portal_session=portal_session,
        )
        _live_sessions[session.session_id] = session
        credential_use.note(session.game_id, session.rights.short_code)
        first_connections.note(session.stage_id, _text(document.get("platform")))
        token = _text(document.get("authToken"))
        if credential.rights.player and token not in NO_TOKEN:
            await _resume(session, token)
        return session, connect_answer(session)


async def begin(address: Address | None, client: str, base_url: str) -> Handshake:
    """Find the game and credential. Raises Refused with the error of the first frame."""
    config = await configs.lookup(address.api_key, address.stage) if address else None
    if address is None or config is None:
        raise Refused({"apiKey": "UNKNOWN"})
    if address.credential not in config.credentials:
        raise Refused({"apiKey": "UNKNOWN"})
    if not config.published:
        raise Refused({"stage": "NOT_PUBLISHED"})
    return Handshake(address, config, client, base_url, secrets.token_hex(16))


def connect_answer(session: Session) -> dict[str, Any]:
    """What a connect request is answered with, a repeated one too; it names who is logged in."""
    answer: dict[str, Any] = {
        "@class": CONNECT_RESPONSE,
        "requestId": "0",
        "sessionId": session.session_id,
        "clientConfig": CLIENT_CONFIG,
    }
    if session.player_id is not None and session.auth_token:
        answer |= {"authToken": session.auth_token, "userId": session.player_id}
    return answer


async def _resume(session: Session, token: str) -> None:
    """A valid token logs the socket in; an unknown one is as good as none."""
    resumed = await resume(ResumeKey(session.stage_id, token))
    if resumed is None:
        return
    session.log_in(resumed.player_id, resumed.display_name, resumed.auth_token)


def _session_id(presented: object, stage_id: int, credential: str) -> str:
    """The presented id while a connection of the same credential holds it, else a new one."""
    held = _live_sessions.get(_text(presented))
    if held is not None and held.stage_id == stage_id and held.rights.short_code == credential:
        return held.session_id
    return secrets.token_hex(16)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
