"""A Web Push service, and the browsers behind it, which decrypt."""

from collections.abc import Mapping
from dataclasses import replace

from ..ece import Undecryptable, decrypt
from ..rules.web import judge, readable
from ..wire import Answer, Asked, Push, Refusal
from ..world import World


class Web:
    name = "web"
    token_path = ""
    codes = {
        "too_many:too_many": 429,
        "server_error:server": 500,
        "unavailable:unavailable": 503,
        "subscription": 404,
        "gone": 410,
        "key": 403,
        "size": 413,
    }

    def __init__(self, world: World) -> None:
        self.world = world
        self.origin = ""
        self._numbers = 0

    def judge(self, asked: Asked) -> Push:
        return judge(asked, self.world.subscriptions, self.origin, self.world.now(), self.world.revoked)

    def accept(self, push: Push, replacement: str = "") -> Answer:
        self._numbers += 1
        return Answer(
            201, headers={"Location": f"{self.origin}/message/{self._numbers}", "TTL": str(push.ttl)}
        )

    def refuse(self, refusal: Refusal) -> Answer:
        return Answer(refusal.status, refusal.detail.encode(), {"Content-Type": "text/plain"})

    def grant(self, form: Mapping[str, str]) -> Answer:
        raise Refusal(404, "invalid_request", "Web Push 4", "Web Push has no bearer tokens")

    def bearer(self, asked: Asked) -> str:
        return asked.headers["authorization"].partition("t=")[2].partition(",")[0].strip()

    def deliver(self, push: Push) -> str:
        """The service has answered 201 by then: nobody is told what the browser cannot read."""
        subscription = self.world.subscriptions.find(push.token)
        assert subscription is not None
        try:
            plaintext = decrypt(push.payload, subscription.key, subscription.auth) if push.payload else b""
        except Undecryptable:
            return "undecryptable"
        self.world.log.deliver(self.name, replace(push, payload=readable(plaintext)))
        return "accepted"
