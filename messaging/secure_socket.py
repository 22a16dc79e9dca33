"""The C# SDK's secure framing of one socket (wire-protocol.md §2.8): shifted, and signed once in session."""

from protocol.secure import shift, unshift, unwrap, wrap


class SecureSocket:
    """Until `begin` texts are only shifted; afterwards both sides wrap them in `{"json", "hmac"}`."""

    __slots__ = ("secret", "session_id")

    def __init__(self) -> None:
        self.secret = ""
        self.session_id = ""

    def begin(self, secret: str, session_id: str) -> None:
        self.secret, self.session_id = secret, session_id

    def shift(self, document: bytes) -> bytes:
        return shift(document.decode()).encode()

    def wrap(self, document: bytes) -> bytes:
        return shift(wrap(document.decode(), self.secret, self.session_id)).encode()

    def read(self, text: str | bytes) -> str:
        """The JSON text of a frame. Raises MalformedFrame for a wrong signature."""
        plain = unshift(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
        return unwrap(plain, self.secret, self.session_id) if self.session_id else plain
