"""Who speaks over a socket or a REST call."""

import time
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Rights:
    """What a credential may do: a plain copy of games.Credential, so that the wire needs no models.

    `player` False makes it a server-type credential: requests name the player they act for by `playerId`.
    `allow` and `deny` hold request names without the dot (`SendFriendMessageRequest`) or `*`; deny wins.
    """

    short_code: str
    player: bool = True
    listener: bool = True
    callback: bool = False
    rest_policy: Literal["forbidden", "token", "allowed"] = "forbidden"
    allow: frozenset[str] = frozenset({"*"})
    deny: frozenset[str] = frozenset()
    admin: bool = False
    listen_all: bool = False


@dataclass(slots=True, eq=False, weakref_slot=True)
class Session:
    """One authenticated socket's or one REST call's state. Created after the handshake (or the URL's secret).

    `base_url` is where the client reached this server (protocol.base_url).
    `portal_session` is in which of the portal's sessions the handshake was signed, "" for clients of games.
    `player_id` is the player logged in over this socket, None before log-in, after EndSession and on
    server-type credentials. Handlers change it by `log_in` and `log_out` only; the consumer follows.
    """

    api_key: str
    game_id: int
    stage_id: int
    stage: str
    rights: Rights
    transport: Literal["socket", "rest"] = "socket"
    address: str = ""
    base_url: str = ""
    session_id: str = ""
    device_id: str = ""
    portal_session: str = ""
    player_id: str | None = None
    player_name: str = ""
    auth_token: str = ""
    started: float = field(default_factory=time.monotonic)
    rate_used_until: float = 0.0  # protocol.limiter.Rate
    connection: Any = None

    def log_in(self, player_id: str, player_name: str, auth_token: str = "") -> None:
        self.player_id, self.player_name, self.auth_token = player_id, player_name, auth_token

    def log_out(self) -> None:
        self.player_id, self.player_name, self.auth_token = None, "", ""
