"""A request on its way through the middleware to its handler, and the response on its way back."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from protocol.catalogue import CATALOGUE
from protocol.run import Run
from protocol.session import Session

LONGEST_NAME = 64  # of a class in the log: it may be a stranger's text

_encoder = msgspec.json.Encoder()


@dataclass(slots=True)
class Response:
    """`body` is the whole wire document, `@class` and `requestId` included, unless `encoded` is set.

    With `later` this is not the answer yet: nothing is written until what it gives is there, and a socket's
    other requests go on meanwhile. Only for requests that are not durable.
    """

    body: dict[str, Any]
    encoded: bytes | None = None
    later: Callable[[], Awaitable["Response"]] | None = None

    @property
    def failed(self) -> bool:
        return "error" in self.body

    def encode(self) -> bytes:
        """The bytes that travel; made once, so that what is stored is what was sent."""
        if self.encoded is None:
            self.encoded = _encoder.encode(self.body)
        return self.encoded


def response_class(name: str) -> str:
    """Every log-in but registration answers alike, refused ones too (wire-protocol.md §3.7, §3.8).

    A document without a class is answered by `.ErrorResponse`.
    """
    spec = CATALOGUE.get(name)
    if spec is not None and spec.login and name != "RegistrationRequest":
        return ".AuthenticationResponse"
    return "." + name.removesuffix("Request") + "Response" if name else ".ErrorResponse"


class Guard(Protocol):
    """Makes a durable request's writes happen once. Both run inside the writes' own transaction.

    `key` is for what claims many at once (players.durable.claim_replies).
    """

    key: str

    def claim(self) -> None:
        """Insert the key first. Raises AlreadyAnswered with the stored bytes if it is taken."""

    def store(self, response: Response) -> None:
        """Keep the response beside the key."""


@dataclass(slots=True)
class Request:
    """`name` is the class without its dot. `raw` is the decoded document, checked for depth and NUL.

    `data` is the typed Struct (protocol.schemas), set just before the handler runs.
    `player_id` is the player the request acts for: the socket's own, or `playerId` on server-type
    credentials; set by the authentication middleware, None where no player is needed.
    `guard` is set by the durable middleware.
    """

    name: str
    raw: dict[str, Any]
    session: Session
    run: Run
    request_id: str | None = None
    data: Any = None
    player_id: str | None = None
    player_name: str = ""
    guard: Guard | None = None
    log_id: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def response_class(self) -> str:
        return response_class(self.name)

    def log_fields(self) -> dict[str, str]:
        """Protocol of protocol.log_context. The id is made when the first line needs it."""
        self.log_id = self.log_id or secrets.token_hex(8)
        fields = {"request": self.log_id, "class": self.name[:LONGEST_NAME]}
        if player_id := self.player_id or self.session.player_id:
            fields["player"] = player_id
        return fields

    def respond(self, fields: dict[str, Any] | None = None) -> Response:
        """A response of this request's class with the same requestId; None values are left out."""
        body: dict[str, Any] = {"@class": self.response_class}
        if self.request_id is not None:
            body["requestId"] = self.request_id
        if fields:
            body.update({key: value for key, value in fields.items() if value is not None})
        return Response(body)


Next = Callable[[Request], Awaitable[Response]]
Middleware = Callable[[Next], Next]
