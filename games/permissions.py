"""Middleware: whether the credential may send this class at all (wire-protocol.md, section 10)."""

from games.config_store import configs
from protocol.errors import RequestError
from protocol.registry import Handler, find
from protocol.request import Next, Request, Response
from protocol.session import Rights, Session


def permissions(next: Next) -> Next:
    """`{"@class": "NOT_ALLOWED"}` for a class that is forbidden to the session's credential by now.

    A socket may be open for days; what its credential is forbidden meanwhile holds for it too.
    """

    async def permitted(request: Request) -> Response:
        handler, rights = find(request.name), rights_now(request.session)
        if handler is None or rights is None or not is_allowed(rights, handler):
            raise RequestError({"@class": "NOT_ALLOWED"})
        return await next(request)

    return permitted


def rights_now(session: Session) -> Rights | None:
    """The credential's present rights, None if it is gone; the session's own if its stage is not cached."""
    config = configs.cached(session.stage_id)
    if config is None:
        return session.rights
    credential = config.credentials.get(session.rights.short_code)
    return credential.rights if credential else None


def is_allowed(rights: Rights, handler: Handler) -> bool:
    if handler.admin_only and not rights.admin:
        return False
    if handler.server_only and rights.player:
        return False
    if "*" in rights.deny or handler.name in rights.deny:
        return False
    return "*" in rights.allow or handler.name in rights.allow
