"""Middleware: whether the credential may send this class at all (wire-protocol.md, section 10)."""

from protocol.errors import RequestError
from protocol.registry import Handler, find
from protocol.request import Next, Request, Response
from protocol.session import Rights


def permissions(next: Next) -> Next:
    """`{"@class": "NOT_ALLOWED"}` for a class that is forbidden to the session's credential."""

    async def permitted(request: Request) -> Response:
        handler = find(request.name)
        if handler is None or not is_allowed(request.session.rights, handler):
            raise RequestError({"@class": "NOT_ALLOWED"})
        return await next(request)

    return permitted


def is_allowed(rights: Rights, handler: Handler) -> bool:
    if handler.admin_only and not rights.admin:
        return False
    if handler.server_only and rights.player:
        return False
    if "*" in rights.deny or handler.name in rights.deny:
        return False
    return "*" in rights.allow or handler.name in rights.allow
