"""Amazon Device Messaging, with Amazon's token endpoint."""

from collections.abc import Mapping

from ..accounts import ADM_CLIENT
from ..rules.adm import judge
from ..rules.bearers import Bearers, Client, check_client
from ..wire import Answer, Asked, Push, Refusal
from ..world import World

LIFETIME = 3600
SCOPE = "messaging:push"


class Adm:
    name = "adm"
    token_path = "/auth/O2/token"
    codes = {
        "too_many:MaxRateExceeded": 429,
        "server_error:InternalServerError": 500,
        "unavailable:ServiceUnavailable": 503,
        "Unregistered": 400,
        "InvalidRegistrationId": 400,
        "InvalidData": 400,
        "InvalidChecksum": 400,
        "AccessTokenExpired": 401,
        "MessageTooLarge": 413,
        "MaxRateExceeded": 429,
    }

    def __init__(self, world: World) -> None:
        self.world = world
        self.bearers = Bearers("Atc|MQEB-simulated-", LIFETIME)

    def judge(self, asked: Asked) -> Push:
        return judge(asked, self.bearers, self.world.now(), self.world.revoked)

    def accept(self, push: Push, replacement: str = "") -> Answer:
        return Answer.json(200, {"registrationID": replacement or push.token})

    def refuse(self, refusal: Refusal) -> Answer:
        return Answer.json(refusal.status, {"reason": refusal.code})

    def grant(self, form: Mapping[str, str]) -> Answer:
        check_client(form, Client(*ADM_CLIENT, SCOPE), "ADM 1")
        token = self.bearers.issue(self.world.now())
        document = {"access_token": token, "expires_in": LIFETIME, "scope": SCOPE, "token_type": "Bearer"}
        return Answer.json(200, document)

    def bearer(self, asked: Asked) -> str:
        return asked.headers["authorization"].partition(" ")[2]

    def deliver(self, push: Push) -> str:
        self.world.log.deliver(self.name, push)
        return "accepted"
