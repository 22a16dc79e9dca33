"""Firebase Cloud Messaging, HTTP v1, with Google's token endpoint."""

from collections.abc import Mapping
from typing import Any

from ..accounts import PROJECT
from ..rules.bearers import Bearers
from ..rules.fcm import judge
from ..rules.fcm_tokens import check_assertion
from ..wire import Answer, Asked, Push, Refusal
from ..world import World

LIFETIME = 3599
DETAIL = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
VIOLATION = "type.googleapis.com/google.rpc.BadRequest"
# Errors of Google's front: they carry no detail of FCM's own.
FRONT = {"UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND", "FAILED_PRECONDITION"}
STATUS = {"UNREGISTERED": "NOT_FOUND", "SENDER_ID_MISMATCH": "PERMISSION_DENIED"}


class Fcm:
    name = "fcm"
    token_path = "/token"
    codes = {
        "too_many:QUOTA_EXCEEDED": 429,
        "server_error:INTERNAL": 500,
        "unavailable:UNAVAILABLE": 503,
        "UNREGISTERED": 404,
        "SENDER_ID_MISMATCH": 403,
        "PERMISSION_DENIED": 403,
        "NOT_FOUND": 404,
        "THIRD_PARTY_AUTH_ERROR": 401,
        "INVALID_ARGUMENT": 400,
        "FAILED_PRECONDITION": 400,
        "QUOTA_EXCEEDED": 429,
        "INTERNAL": 500,
        "UNAVAILABLE": 503,
    }

    def __init__(self, world: World) -> None:
        self.world = world
        self.bearers = Bearers("ya29.a0-simulated-", LIFETIME)
        self.token_endpoint = ""
        self._numbers = 0

    def judge(self, asked: Asked) -> Push:
        return judge(asked, self.bearers, self.world.now(), self.world.revoked)

    def accept(self, push: Push, replacement: str = "") -> Answer:
        self._numbers += 1
        number = "fake_message_id" if push.dry else str(self._numbers)
        return Answer.json(200, {"name": f"projects/{PROJECT}/messages/{number}"})

    def refuse(self, refusal: Refusal) -> Answer:
        details: list[dict[str, Any]] = []
        if refusal.code not in FRONT:
            details.append({"@type": DETAIL, "errorCode": refusal.code})
        if field := refusal.extra.get("field"):
            violation = {"field": field, "description": refusal.detail}
            details.append({"@type": VIOLATION, "fieldViolations": [violation]})
        error = {
            "code": refusal.status,
            "message": refusal.detail,
            "status": STATUS.get(refusal.code, refusal.code),
            "details": details,
        }
        return Answer.json(refusal.status, {"error": error})

    def grant(self, form: Mapping[str, str]) -> Answer:
        public = self.world.accounts.service_key.public_key()
        check_assertion(form, public, self.token_endpoint, self.world.now())
        token = self.bearers.issue(self.world.now())
        return Answer.json(200, {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"})

    def bearer(self, asked: Asked) -> str:
        return asked.headers["authorization"].partition(" ")[2]

    def deliver(self, push: Push) -> str:
        self.world.log.deliver(self.name, push)
        return "accepted"
