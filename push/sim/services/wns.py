"""Windows Push Notification Services, with Microsoft's token endpoint."""

import os
from collections.abc import Mapping

from ..accounts import WNS_CLIENT
from ..rules.bearers import Bearers, Client, check_client
from ..rules.wns import judge
from ..wire import Answer, Asked, Push, Refusal
from ..world import World

LIFETIME = 86_400
SCOPE = "notify.windows.com"
DROPPED = "dropped"


class Wns:
    name = "wns"
    token_path = "/accesstoken.srf"
    codes = {
        "too_many:throttled": 406,
        "server_error:server": 500,
        "unavailable:unavailable": 503,
        "channel": 404,
        "gone": 410,
        "forbidden": 403,
        DROPPED: 200,
        "channelthrottled": 200,
    }

    def __init__(self, world: World) -> None:
        self.world = world
        self.bearers = Bearers("EgAdAQMAAAAE-simulated-", LIFETIME)

    def judge(self, asked: Asked) -> Push:
        return judge(asked, self.bearers, self.world.now(), self.world.revoked)

    def accept(self, push: Push, replacement: str = "") -> Answer:
        return Answer(200, headers=_headers("received"))

    def refuse(self, refusal: Refusal) -> Answer:
        """WNS says in headers alone what is wrong, and answers 200 to what it drops."""
        if refusal.status == 200:
            return Answer(200, headers=_headers(refusal.code))
        words = {"X-WNS-Error-Description": f"{refusal.code}: {refusal.detail}"}
        return Answer(refusal.status, headers=_headers(DROPPED) | words)

    def grant(self, form: Mapping[str, str]) -> Answer:
        check_client(form, Client(*WNS_CLIENT, SCOPE), "WNS 1")
        token = self.bearers.issue(self.world.now())
        return Answer.json(200, {"access_token": token, "expires_in": LIFETIME, "token_type": "bearer"})

    def bearer(self, asked: Asked) -> str:
        return asked.headers["authorization"].partition(" ")[2]

    def deliver(self, push: Push) -> str:
        self.world.log.deliver(self.name, push)
        return "accepted"


def _headers(status: str) -> dict[str, str]:
    return {"X-WNS-Status": status, "X-WNS-Msg-ID": os.urandom(8).hex().upper()}
